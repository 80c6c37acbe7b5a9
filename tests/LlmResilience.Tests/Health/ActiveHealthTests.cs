using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>What a verdict of active probes does to an endpoint's health, beside what its requests have found out.</summary>
public sealed class ActiveHealthTests
{
    private static readonly long Lease = Ticks(5);

    private readonly EjectionPool _pool = new();

    [Fact]
    public void One_that_is_found_ill_is_out_until_it_is_found_well_and_comes_back_through_the_ramp()
    {
        var health = Create();

        Assert.Equal(HealthChangeKind.FoundIll, health.SetActive(isWell: false, endsEjection: false, 0).Kind);
        Assert.Equal(HealthChange.None, health.SetActive(isWell: false, endsEjection: false, Ticks(1)));

        Assert.Equal((EndpointState.Unhealthy, false), (health.GetSnapshot(Ticks(1)).State, health.IsAvailable(Ticks(1))));
        Assert.Equal(AdmissionResult.Unavailable, health.TryAdmit(AdmissionRequest.AnyShare, Ticks(1), Lease, out _));
        Assert.Equal(long.MaxValue, health.ReturnsAt(Ticks(1)));
        Assert.False(health.TryGetCoolDown(Ticks(1), out _));
        Assert.False(health.TryAdmitHealthy(out _));

        Assert.Equal(HealthChangeKind.FoundWell, health.SetActive(isWell: true, endsEjection: false, Ticks(2)).Kind);
        var back = health.GetSnapshot(Ticks(2));
        Assert.Equal((EndpointState.Ramping, 0.1, 0, 0L), (back.State, back.AdmittedRatio, back.Multiplier, back.EjectionCount));
        Assert.Equal(EndpointState.Healthy, health.GetSnapshot(Ticks(32)).State);
    }

    [Fact]
    public void One_that_was_never_found_ill_has_nothing_to_come_back_from()
    {
        var health = Create();

        Assert.Equal(HealthChange.None, health.SetActive(isWell: true, endsEjection: true, 0));
        Assert.Equal(EndpointState.Healthy, health.GetSnapshot(0).State);
    }

    [Fact]
    public void That_it_is_found_ill_keeps_probes_of_requests_away_as_well()
    {
        var health = Create();
        health.Eject(0);
        health.SetActive(isWell: false, endsEjection: false, Ticks(9));

        Assert.Equal(EndpointState.Unhealthy, health.GetSnapshot(Ticks(10)).State);
        Assert.Equal(AdmissionResult.Unavailable, health.TryAdmit(AdmissionRequest.AnyShare, Ticks(10), Lease, out _));

        health.SetActive(isWell: true, endsEjection: false, Ticks(11));
        Assert.Equal(EndpointState.Probing, health.GetSnapshot(Ticks(11)).State);
        Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.AnyShare, Ticks(11), Lease, out var probe));
        Assert.Equal(AdmissionRole.Probe, probe.Role);
    }

    [Fact]
    public void Nobody_is_sent_ahead_of_time_to_one_that_is_found_ill()
    {
        var health = Create();
        health.Eject(0);
        Assert.True(health.TryAdmitAhead(Ticks(1), out _));

        health.SetActive(isWell: false, endsEjection: false, Ticks(1));

        Assert.False(health.TryAdmitAhead(Ticks(1), out _));
    }

    [Theory]
    [InlineData(5, false, EndpointState.Ejected)]
    [InlineData(5, true, EndpointState.Ramping)]
    [InlineData(10, false, EndpointState.Probing)]
    [InlineData(10, true, EndpointState.Ramping)]
    public void A_good_verdict_ends_an_ejection_only_where_it_may(int seconds, bool endsEjection, EndpointState expected)
    {
        var health = Create();
        health.Eject(0);

        var change = health.SetActive(isWell: true, endsEjection, Ticks(seconds));

        Assert.Equal(endsEjection ? HealthChangeKind.Reinstated : HealthChangeKind.None, change.Kind);
        var seen = health.GetSnapshot(Ticks(seconds));
        Assert.Equal((expected, 1), (seen.State, seen.Multiplier));
    }

    [Fact]
    public void It_takes_no_place_under_the_cap_on_ejections()
    {
        _pool.MaxEjectedRatio = 0.5;
        var (first, second) = (Create(), Create());
        first.SetActive(isWell: false, endsEjection: false, 0);

        Assert.Equal(HealthChangeKind.Ejected, FailThrice(second).Kind);
    }

    [Fact]
    public void It_is_not_well_where_panic_counts()
    {
        var (ill, well) = (Create(), Create());

        Assert.False(_pool.IsPanic(0, 0.6));
        ill.SetActive(isWell: false, endsEjection: false, 0);
        Assert.True(_pool.IsPanic(0, 0.6));
        Assert.False(_pool.IsPanic(0, 0.5));
        Assert.Equal((false, true), (ill.TryAdmitUnchecked(0, Leniency.Ejection), ill.TryAdmitUnchecked(0, Leniency.EjectionAndActiveProbes)));
        Assert.True(well.TryAdmitUnchecked(0, Leniency.Ejection));
    }

    [Fact]
    public void An_ejection_that_ends_by_itself_leaves_it_ill()
    {
        var health = Create(options => options.RequiredProbeSuccesses = 0);
        health.Eject(0);
        health.SetActive(isWell: false, endsEjection: false, Ticks(1));

        Assert.Equal(EndpointState.Unhealthy, health.GetSnapshot(Ticks(50)).State);
        health.SetActive(isWell: true, endsEjection: false, Ticks(50));
        Assert.Equal((EndpointState.Ramping, 0.1), (health.GetSnapshot(Ticks(50)).State, health.GetSnapshot(Ticks(50)).AdmittedRatio));
    }

    [Fact]
    public void The_operator_restores_it()
    {
        var health = Create();
        health.SetActive(isWell: false, endsEjection: false, 0);

        health.Restore(Ticks(1));

        Assert.Equal((EndpointState.Healthy, true), (health.GetSnapshot(Ticks(1)).State, health.IsAvailable(Ticks(1))));
    }

    [Fact]
    public void Drained_ejected_and_cooling_down_are_stronger_words()
    {
        var health = Create();
        health.SetActive(isWell: false, endsEjection: false, 0);
        health.CoolDown(0, TimeSpan.FromSeconds(9), FailureKind.RateLimited);
        Assert.Equal(EndpointState.CoolingDown, health.GetSnapshot(0).State);
        health.Eject(0);
        Assert.Equal(EndpointState.Ejected, health.GetSnapshot(0).State);
        health.Drain();
        Assert.Equal(EndpointState.Drained, health.GetSnapshot(0).State);
    }

    [Fact]
    public void In_doubt_is_what_is_out_or_has_failed_since_its_last_success()
    {
        var health = Create();
        Assert.Equal((true, false), Need(health, 0));

        health.Failed(Admit(health, 0), 0, new Failure(FailureKind.ServerError));
        Assert.Equal((true, true), Need(health, 0));
        var admission = Admit(health, 0);
        health.Succeeded(ref admission, 0);
        Assert.Equal((true, false), Need(health, 0));

        health.SetActive(isWell: false, endsEjection: false, 0);
        Assert.Equal((true, true), Need(health, 0));
        health.SetActive(isWell: true, endsEjection: false, 0);
        Assert.Equal((true, false), Need(health, 0));

        health.CoolDown(0, TimeSpan.FromSeconds(9), FailureKind.RateLimited);
        Assert.Equal((false, false), Need(health, 0));
        health.Eject(Ticks(1));
        Assert.Equal((false, true), Need(health, Ticks(1)));
        Assert.Equal((true, true), Need(health, Ticks(9)));
        Assert.Equal((true, true), Need(health, Ticks(11)));
        health.Drain();
        Assert.Equal((false, true), Need(health, Ticks(11)));
    }

    [Fact]
    public void Each_verdict_that_changes_something_wakes_who_waits()
    {
        var health = Create();
        foreach (var isWell in new[] { false, true })
        {
            var changed = _pool.Changed;
            health.SetActive(isWell, endsEjection: false, Ticks(1));
            Assert.True(changed.IsCompleted);
        }

        var unchanged = _pool.Changed;
        health.SetActive(isWell: true, endsEjection: false, Ticks(1));
        Assert.False(unchanged.IsCompleted);
    }

    private static long Ticks(int seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private static (bool MayBeProbed, bool IsInDoubt) Need(EndpointHealth health, long now)
    {
        var need = health.GetProbeNeed(now);
        return (need.MayBeProbed, need.IsInDoubt);
    }

    private static Admission Admit(EndpointHealth health, long now)
    {
        Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.AnyShare, now, Lease, out var admission));
        return admission;
    }

    private static HealthChange FailThrice(EndpointHealth health)
    {
        var admission = Admit(health, 0);
        health.Failed(admission, 0, new Failure(FailureKind.ServerError));
        health.Failed(admission, 0, new Failure(FailureKind.ServerError));
        return health.Failed(admission, 0, new Failure(FailureKind.ServerError));
    }

    private EndpointHealth Create(Action<EjectionOptions>? configure = null)
    {
        var options = new EjectionOptions { JitterRatio = 0 };
        configure?.Invoke(options);
        var health = new EndpointHealth(EjectionSettings.From(options), _pool);
        _pool.SetMembers(_pool.Members.Append(health));
        return health;
    }
}
