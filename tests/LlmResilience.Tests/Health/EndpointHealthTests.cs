using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>The mechanism at its bounds, in whole seconds: what an app sees of it only by the way.</summary>
public sealed class EndpointHealthTests
{
    private static readonly long Lease = Ticks(5);

    private readonly EjectionPool _pool = new();

    [Theory]
    [InlineData(5, 10)]
    [InlineData(10, 10)]
    [InlineData(25, 25)]
    [InlineData(300, 300)]
    [InlineData(301, 300)]
    public void An_ejection_lasts_at_least_as_long_as_the_reply_asked_for_up_to_five_minutes(int retryAfter, int expected)
    {
        var health = Create(options => options.ConsecutiveFailureThreshold = 1);

        var change = health.Failed(Admit(health, 0), 0, new Failure(FailureKind.Overloaded) { RetryAfter = TimeSpan.FromSeconds(retryAfter) });

        Assert.Equal((HealthChangeKind.Ejected, TimeSpan.FromSeconds(expected)), (change.Kind, change.Duration));
        Assert.Equal(Ticks(expected), health.ReturnsAt(0));
        Assert.Equal(EndpointState.Ejected, health.GetSnapshot(Ticks(expected) - 1).State);
        Assert.Equal(EndpointState.Probing, health.GetSnapshot(Ticks(expected)).State);
    }

    [Fact]
    public void The_next_ejection_has_forgotten_what_the_last_reply_asked_for()
    {
        var health = Create(options => options.ConsecutiveFailureThreshold = 1);
        health.Failed(Admit(health, 0), 0, new Failure(FailureKind.Overloaded) { RetryAfter = TimeSpan.FromSeconds(100) });
        var probe = Admit(health, Ticks(100));

        var change = health.Failed(probe, Ticks(100), new Failure(FailureKind.ServerError));

        Assert.Equal((TimeSpan.FromSeconds(20), EjectionReason.ProbeFailed, 2), (change.Duration, change.Reason, change.Multiplier));
    }

    [Theory]
    [InlineData(29, 4)]
    [InlineData(30, 3)]
    [InlineData(59, 3)]
    [InlineData(60, 2)]
    [InlineData(119, 1)]
    [InlineData(120, 0)]
    [InlineData(1000, 0)]
    public void K_falls_by_one_for_each_full_interval_in_rotation(int seconds, int expected)
    {
        var (health, back) = EjectedFourTimes();

        Assert.Equal(expected, health.GetSnapshot(back + Ticks(seconds)).Multiplier);
    }

    [Fact]
    public void Looking_often_does_not_keep_k_from_falling()
    {
        var (health, back) = EjectedFourTimes();

        for (var second = 0; second < 60; second += 7)
        {
            health.GetSnapshot(back + Ticks(second));
        }

        Assert.Equal(2, health.GetSnapshot(back + Ticks(60)).Multiplier);
    }

    [Fact]
    public void The_part_of_an_interval_before_an_ejection_is_lost()
    {
        var (health, back) = EjectedFourTimes();
        health.Eject(back + Ticks(29));

        Assert.Equal(5, health.GetSnapshot(back + Ticks(60)).Multiplier);
        var probe = Admit(health, back + Ticks(79));
        health.Succeeded(ref probe, back + Ticks(80));
        Assert.Equal(5, health.GetSnapshot(back + Ticks(109)).Multiplier);
        Assert.Equal(4, health.GetSnapshot(back + Ticks(110)).Multiplier);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void A_probes_result_counts_until_its_lease_is_over(int after, bool counts)
    {
        var health = Ejected();
        var probe = Admit(health, Ticks(10));

        var change = health.Succeeded(ref probe, Ticks(10 + after));

        Assert.Equal(counts ? HealthChangeKind.Reinstated : HealthChangeKind.None, change.Kind);
        Assert.Equal(counts ? EndpointState.Ramping : EndpointState.Probing, health.GetSnapshot(Ticks(10 + after)).State);
    }

    [Fact]
    public void A_late_failure_of_a_probe_ejects_nobody_and_takes_no_place()
    {
        var health = Ejected();
        var late = Admit(health, Ticks(10));
        var probe = Admit(health, Ticks(15));

        Assert.Equal(HealthChange.None, health.Failed(late, Ticks(16), new Failure(FailureKind.ServerError)));
        health.Ignored(late, Ticks(16));

        Assert.Equal((EndpointState.Probing, 1, 1), (health.GetSnapshot(Ticks(16)).State, health.GetSnapshot(Ticks(16)).ProbesInFlight, health.GetSnapshot(Ticks(16)).Multiplier));
        Assert.Equal(HealthChangeKind.Reinstated, health.Succeeded(ref probe, Ticks(17)).Kind);
    }

    [Fact]
    public void Where_late_successes_count_one_of_an_older_generation_does_not()
    {
        var health = Ejected();
        var late = Admit(health, Ticks(10));
        health.Failed(Admit(health, Ticks(15)), Ticks(16), new Failure(FailureKind.ServerError));

        Assert.Equal(HealthChange.None, health.Succeeded(ref late, Ticks(17), lateProbeCounts: true));
        Assert.Equal(EndpointState.Ejected, health.GetSnapshot(Ticks(17)).State);
    }

    [Fact]
    public void A_lease_is_held_for_longer_but_never_for_less_long_and_never_brought_back()
    {
        var health = Ejected();
        var probe = Admit(health, Ticks(10));
        health.HoldProbe(probe, Ticks(12), Ticks(11));
        Assert.Equal(1, health.GetSnapshot(Ticks(14)).ProbesInFlight);

        health.HoldProbe(probe, Ticks(20), Ticks(14));
        Assert.Equal(Ticks(20), health.ReturnsAt(Ticks(19)));
        Assert.Equal(1, health.GetSnapshot(Ticks(20) - 1).ProbesInFlight);
        Assert.Equal(0, health.GetSnapshot(Ticks(20)).ProbesInFlight);

        health.HoldProbe(probe, Ticks(30), Ticks(20));
        Assert.True(health.IsAvailable(Ticks(20)));
    }

    [Fact]
    public void Only_probes_hold_a_place()
    {
        var health = Create();
        health.HoldProbe(Admit(health, 0), Ticks(100), 0);
        health.Eject(0);
        var ofOtherGeneration = Admit(health, Ticks(10));
        health.Failed(ofOtherGeneration, Ticks(10), new Failure(FailureKind.ServerError));
        Admit(health, Ticks(30));

        health.HoldProbe(ofOtherGeneration, Ticks(100), Ticks(31));

        Assert.Equal(0, health.GetSnapshot(Ticks(35)).ProbesInFlight);
    }

    [Theory]
    [InlineData(1, 1, EndpointState.Ramping)]
    [InlineData(2, 1, EndpointState.Probing)]
    [InlineData(2, 2, EndpointState.Ramping)]
    public void As_many_probes_must_succeed_as_are_asked_for(int required, int successes, EndpointState expected)
    {
        var health = Create(options => options.RequiredProbeSuccesses = required);
        health.Eject(0);
        for (var i = 0; i < successes; i++)
        {
            var probe = Admit(health, Ticks(10));
            health.Succeeded(ref probe, Ticks(10));
        }

        Assert.Equal(expected, health.GetSnapshot(Ticks(10)).State);
    }

    [Fact]
    public void A_probe_ahead_of_time_is_admitted_only_where_nothing_but_the_ejection_is_the_matter()
    {
        var health = Create();
        Assert.False(health.TryAdmitAhead(0, out _));

        health.Eject(0);
        Assert.True(health.TryAdmitAhead(Ticks(10) - 1, out var ahead));
        Assert.False(health.TryAdmitAhead(Ticks(10), out _));

        health.CoolDown(0, TimeSpan.FromSeconds(1), FailureKind.RateLimited);
        Assert.Equal(HealthChangeKind.Reinstated, health.Succeeded(ref ahead, Ticks(11)).Kind);
        Assert.Equal(AdmissionRole.Normal, ahead.Role);
        Assert.Equal(1, health.GetSnapshot(Ticks(11)).Multiplier);
    }

    [Fact]
    public void A_probe_ahead_of_time_that_cools_down_or_is_drained_is_none()
    {
        var (cooling, drained) = (Create(), Create());
        cooling.Eject(0);
        cooling.CoolDown(0, TimeSpan.FromSeconds(20), FailureKind.RateLimited);
        drained.Eject(0);
        drained.Drain();

        Assert.False(cooling.TryAdmitAhead(0, out _));
        Assert.False(drained.TryAdmitAhead(0, out _));
        Assert.Equal((Ticks(20), long.MaxValue), (cooling.OutUntil, drained.OutUntil));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(20, 20)]
    public void A_cool_down_is_never_shortened(int second, int expected)
    {
        var health = Create();
        Assert.True(health.CoolDown(0, TimeSpan.FromSeconds(5), FailureKind.RateLimited));
        Assert.False(health.CoolDown(0, TimeSpan.FromSeconds(second == 5 ? 3 : second), FailureKind.QuotaExhausted));

        var snapshot = health.GetSnapshot(0);
        Assert.Equal((Ticks(expected), second == 5 ? FailureKind.RateLimited : FailureKind.QuotaExhausted), (snapshot.CoolDownUntil, snapshot.CoolDownReason));
        Assert.False(health.IsAvailable(Ticks(expected) - 1));
        Assert.True(health.IsAvailable(Ticks(expected)));
        Assert.Null(health.GetSnapshot(Ticks(expected)).CoolDownUntil);
    }

    [Fact]
    public void A_cool_down_of_no_time_is_none()
    {
        var health = Create();

        health.CoolDown(Ticks(1), TimeSpan.Zero, FailureKind.RateLimited);

        Assert.Equal((EndpointState.Healthy, FailureKind.RateLimited), (health.GetSnapshot(Ticks(1)).State, health.GetSnapshot(Ticks(1)).LastFailure));
        Assert.True(health.TryAdmitHealthy(out _));
    }

    [Fact]
    public void How_long_it_cools_down_is_known_unless_it_is_out_for_another_reason()
    {
        var health = Create();
        Assert.True(health.TryGetCoolDown(0, out var none));
        health.CoolDown(0, TimeSpan.FromSeconds(5), FailureKind.RateLimited);
        Assert.True(health.TryGetCoolDown(Ticks(2), out var rest));
        Assert.Equal((0, Ticks(3)), (none, rest));

        health.Eject(Ticks(2));
        Assert.False(health.TryGetCoolDown(Ticks(2), out _));
        health.Restore(Ticks(2));
        health.Drain();
        Assert.False(health.TryGetCoolDown(Ticks(2), out _));
    }

    [Fact]
    public void The_operators_restore_leaves_a_clean_record()
    {
        var health = Create(options => options.ConsecutiveFailureThreshold = 2);
        health.Failed(Admit(health, 0), 0, new Failure(FailureKind.ServerError));
        health.Eject(0);
        health.CoolDown(0, TimeSpan.FromSeconds(50), FailureKind.RateLimited);
        health.Drain();

        health.Restore(Ticks(1));

        var snapshot = health.GetSnapshot(Ticks(1));
        Assert.Equal((EndpointState.Healthy, 0, 0, 0), (snapshot.State, snapshot.Multiplier, snapshot.SampleCount, snapshot.ConsecutiveFailures));
        Assert.Equal((null, null, null, null, null), (snapshot.LastFailure, snapshot.EjectedUntil, snapshot.EjectionDuration, snapshot.EjectionReason, snapshot.CoolDownReason));
        Assert.Equal((1, 1), (snapshot.EjectionCount, health.CountEjections(EjectionReason.Manual)));
        Assert.Equal(HealthChange.None, health.Failed(Admit(health, Ticks(1)), Ticks(1), new Failure(FailureKind.ServerError)));
    }

    [Fact]
    public void One_that_is_out_is_not_ejected_once_more_by_hand()
    {
        var health = Ejected();

        Assert.Equal(HealthChange.None, health.Eject(Ticks(5)));
        Assert.Equal((1, Ticks(10)), (health.GetSnapshot(Ticks(5)).Multiplier, health.GetSnapshot(Ticks(5)).EjectedUntil));
    }

    [Fact]
    public void Switched_off_it_brings_back_who_is_out_and_ejects_nobody()
    {
        var health = Ejected();
        var off = new EjectionOptions { Enabled = false, ConsecutiveFailureThreshold = 1, JitterRatio = 0 };

        health.Reload(EjectionSettings.From(off), Ticks(1));

        Assert.Equal((EndpointState.Healthy, 0), (health.GetSnapshot(Ticks(1)).State, health.GetSnapshot(Ticks(1)).Multiplier));
        Assert.Equal(HealthChange.None, health.Failed(Admit(health, Ticks(1)), Ticks(1), new Failure(FailureKind.ServerError)));
        Assert.Equal(1, health.GetSnapshot(Ticks(1)).ConsecutiveFailures);
    }

    [Fact]
    public void The_cap_refuses_and_the_next_failure_tries_again()
    {
        _pool.MaxEjectedRatio = 0.5;
        var (first, second) = (Create(options => options.ConsecutiveFailureThreshold = 1), Create(options => options.ConsecutiveFailureThreshold = 1));
        first.Failed(Admit(first, 0), 0, new Failure(FailureKind.ServerError));

        var refused = second.Failed(Admit(second, 0), 0, new Failure(FailureKind.ServerError));
        Assert.Equal((HealthChangeKind.EjectionRefused, EjectionReason.ConsecutiveFailures), (refused.Kind, refused.Reason));
        Assert.Equal((EndpointState.Healthy, 1), (second.GetSnapshot(0).State, second.GetSnapshot(0).RefusedEjectionCount));
        first.Restore(0);
        Assert.Equal(HealthChangeKind.Ejected, second.Failed(Admit(second, 0), 0, new Failure(FailureKind.ServerError)).Kind);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.51, true)]
    [InlineData(1, true)]
    public void Panic_begins_below_its_share_of_endpoints_that_are_not_ejected(double threshold, bool expected)
    {
        var (ejected, drained) = (Create(), Create());
        ejected.Eject(0);
        drained.Drain();

        Assert.Equal(expected, _pool.IsPanic(0, threshold));
        Assert.Equal((true, false), (ejected.TryAdmitUnchecked(0, Leniency.Ejection), drained.TryAdmitUnchecked(0, Leniency.EjectionAndActiveProbes)));
    }

    [Fact]
    public void What_was_let_through_letThroughdecides_nothing()
    {
        var health = Ejected();
        var letThrough = default(Admission);

        Assert.Equal(HealthChange.None, health.Failed(letThrough, Ticks(1), new Failure(FailureKind.ServerError)));
        Assert.Equal(HealthChange.None, health.Succeeded(ref letThrough, Ticks(1)));
        Assert.Equal((EndpointState.Ejected, 0, null), (health.GetSnapshot(Ticks(1)).State, health.GetSnapshot(Ticks(1)).SampleCount, health.GetSnapshot(Ticks(1)).LastFailure));
    }

    [Fact]
    public void A_probe_is_for_who_may_be_one()
    {
        var health = Ejected();

        Assert.Equal(AdmissionResult.Unavailable, health.TryAdmit(AdmissionRequest.AnyShare, Ticks(10) - 1, Lease, out _));
        Assert.Equal(AdmissionResult.NeedsProbe, health.TryAdmit(AdmissionRequest.NoProbe, Ticks(10), Lease, out _));
        Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.AnyShare, Ticks(10), Lease, out var probe));
        Assert.Equal(AdmissionRole.Probe, probe.Role);
        Assert.Equal(AdmissionResult.Unavailable, health.TryAdmit(AdmissionRequest.AnyShare, Ticks(10), Lease, out _));
        Assert.Equal(Ticks(15), health.ReturnsAt(Ticks(10)));
    }

    [Fact]
    public void Each_change_wakes_who_waits()
    {
        var health = Create();
        Action<long>[] changes = [now => health.Eject(now), health.Restore, _ => health.Drain(), now => health.CoolDown(now, TimeSpan.FromSeconds(9), FailureKind.RateLimited)];
        foreach (var change in changes)
        {
            var changed = _pool.Changed;
            Assert.False(changed.IsCompleted);
            change(Ticks(1));
            Assert.True(changed.IsCompleted);
        }
    }

    [Fact]
    public void Looking_wakes_nobody()
    {
        var health = Ejected();
        var changed = _pool.Changed;

        health.GetSnapshot(Ticks(5));
        health.IsAvailable(Ticks(5));
        health.TryAdmitUnchecked(Ticks(5), Leniency.Ejection);

        Assert.False(changed.IsCompleted);
    }

    private static long Ticks(int seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private static Admission Admit(EndpointHealth health, long now)
    {
        Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.AnyShare, now, Lease, out var admission));
        return admission;
    }

    private EndpointHealth Create(Action<EjectionOptions>? configure = null)
    {
        var options = new EjectionOptions { JitterRatio = 0 };
        configure?.Invoke(options);
        var health = new EndpointHealth(EjectionSettings.From(options), _pool);
        _pool.SetMembers(_pool.Members.Append(health));
        return health;
    }

    private EndpointHealth Ejected()
    {
        var health = Create();
        health.Eject(0);
        return health;
    }

    /// <summary>An endpoint with k = 4 that is back since this instant.</summary>
    private (EndpointHealth Health, long Back) EjectedFourTimes()
    {
        var health = Create();
        health.Eject(0);
        foreach (var at in new[] { 10, 30, 60 })
        {
            health.Failed(Admit(health, Ticks(at)), Ticks(at), new Failure(FailureKind.ServerError));
        }

        var probe = Admit(health, Ticks(100));
        health.Succeeded(ref probe, Ticks(100));
        return (health, Ticks(100));
    }
}
