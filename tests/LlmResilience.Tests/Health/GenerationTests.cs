using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>What a transition of the health leaves behind, and what it takes along.</summary>
public sealed class GenerationTests
{
    private readonly EjectionPool _pool = new();

    [Fact]
    public void Back_before_its_time_is_over_it_is_out_no_longer()
    {
        var health = Create();
        health.Eject(0);

        health.Succeed(health.AdmitAhead(4), 5);

        Assert.Equal((EndpointState.Ramping, true, null), (health.At(5).State, health.At(5).IsAvailable, health.At(5).EjectedUntil));
        Assert.Equal(0, health.Health.OutUntil);
        Assert.False(health.Health.IsEjectedOnly(TestedHealth.Ticks(5)));
    }

    [Fact]
    public void Until_its_time_is_over_it_is_out_for_its_own_failures_alone_unless_it_is_drained_or_cools_down()
    {
        var health = Create();
        Assert.False(health.Health.IsEjectedOnly(0));

        health.Eject(0);
        Assert.True(health.Health.IsEjectedOnly(TestedHealth.Ticks(9)));
        Assert.False(health.Health.IsEjectedOnly(TestedHealth.Ticks(10)));

        health.Health.Drain();
        Assert.False(health.Health.IsEjectedOnly(TestedHealth.Ticks(9)));
    }

    [Fact]
    public void A_probe_ahead_of_time_that_fails_changes_nothing()
    {
        var health = Create();
        health.Eject(0);
        var before = health.At(5);

        Assert.Equal(HealthChange.None, health.Fail(health.AdmitAhead(5), 5));

        Assert.Equal(before, health.At(5));
    }

    [Fact]
    public void A_probe_ahead_of_an_earlier_ejections_time_ends_no_later_one()
    {
        var health = Create();
        health.Eject(0);
        var ahead = health.AdmitAhead(1);
        health.Restore(2);
        health.Eject(3);

        Assert.Equal(HealthChange.None, health.Succeed(ahead, 4));
        Assert.Equal(EndpointState.Ejected, health.At(4).State);
    }

    [Fact]
    public void Who_was_let_through_unchecked_decides_nothing_at_a_healthy_endpoint_either()
    {
        var health = Create(options => options.ConsecutiveFailureThreshold = 1);

        Assert.Equal(HealthChange.None, health.Succeed(default, 0));
        Assert.Equal(HealthChange.None, health.Fail(default, 0));

        Assert.Equal((EndpointState.Healthy, 0, null), (health.At(0).State, health.At(0).SampleCount, health.At(0).LastFailure));
    }

    [Fact]
    public void A_new_endpoint_has_its_full_share() => Assert.Equal(1, Create().At(0).AdmittedRatio);

    [Fact]
    public void What_comes_right_after_a_restore_counts()
    {
        var health = Create();
        health.Fail(health.Admit(1), 1);
        health.Restore(1);
        Assert.Equal(0, health.At(1).SampleCount);

        health.Fail(health.Admit(1), 1);
        health.Succeed(health.Admit(1), 1);

        Assert.Equal((2, 1), (health.At(1).SampleCount, health.At(1).FailureCount));
    }

    [Fact]
    public void In_every_generation_a_success_ends_the_run_of_failures()
    {
        var health = Create(options => (options.ConsecutiveFailureThreshold, options.FailureRatio) = (2, 0));
        for (var second = 0; second < 3; second++)
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(HealthChange.None, health.Fail(health.Admit(second), second));
                health.Succeed(health.Admit(second), second);
                Assert.Equal(0, health.At(second).ConsecutiveFailures);
            }

            health.Restore(second);
        }
    }

    [Fact]
    public void Probes_of_an_earlier_ejection_hold_no_place()
    {
        var health = Create();
        health.Eject(0);
        health.Admit(10, lease: 1000);
        health.Restore(11);

        health.Eject(12);

        Assert.Equal((0, true), (health.At(40).ProbesInFlight, health.At(40).IsAvailable));
    }

    [Fact]
    public void Probes_that_went_well_before_one_failed_do_not_count_after_the_next_ejection()
    {
        var health = Create(options => options.RequiredProbeSuccesses = 2);
        health.Eject(0);
        health.Succeed(health.Admit(10), 10);
        health.Fail(health.Admit(11), 11);

        Assert.Equal(HealthChange.None, health.Succeed(health.Admit(40), 40));
        Assert.Equal(HealthChangeKind.Reinstated, health.Succeed(health.Admit(41), 41).Kind);
    }

    [Fact]
    public void A_lease_that_is_over_is_not_brought_back_though_nobody_has_looked_since()
    {
        var health = Create();
        health.Eject(0);
        var probe = health.Admit(10, lease: 5);

        health.Health.HoldProbe(probe, TestedHealth.Ticks(30), TestedHealth.Ticks(15));

        Assert.Equal(0, health.At(15).ProbesInFlight);
    }

    [Fact]
    public void Without_probes_it_holds_no_place_under_the_cap_once_its_time_is_over_though_nobody_has_looked()
    {
        _pool.MaxEjectedRatio = 0.5;
        var first = Create(options => options.RequiredProbeSuccesses = 0);
        var second = Create(options => options.ConsecutiveFailureThreshold = 1);
        first.Eject(0);

        Assert.Equal(HealthChangeKind.EjectionRefused, second.Fail(second.Admit(9), 9).Kind);
        Assert.Equal(HealthChangeKind.Ejected, second.Fail(second.Admit(10), 10).Kind);
    }

    [Fact]
    public void Who_is_back_tells_how_long_it_was_out()
    {
        var health = Create();
        health.Eject(3);

        var change = health.Succeed(health.Admit(20), 21);

        Assert.Equal((HealthChangeKind.Reinstated, TimeSpan.FromSeconds(18)), (change.Kind, change.Duration));
    }

    [Fact]
    public void Ejections_are_counted_whatever_their_reasons()
    {
        var health = Create();
        health.Eject(0);
        health.Fail(health.Admit(10), 10);

        Assert.Equal(2, health.At(10).EjectionCount);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(250, 10.25)]
    [InlineData(1001, 10)]
    public void The_jitter_is_drawn_from_its_source(long draw, double seconds)
    {
        var health = new TestedHealth(_pool, options => options.JitterRatio = 0.1, () => draw);

        health.Eject(0);

        Assert.Equal(TimeSpan.FromSeconds(seconds), health.At(0).EjectionDuration);
    }

    [Fact]
    public void An_endpoints_time_never_runs_backwards()
    {
        var health = Create();
        var admission = health.Admit(1);
        health.Eject(90);
        health.Restore(100);

        health.Succeed(health.Admit(50), 50);
        health.Fail(health.Admit(50), 50);

        Assert.Equal((2, 1), (health.At(100).SampleCount, health.At(100).FailureCount));
        Assert.Equal(HealthChange.None, health.Fail(admission, 100));
    }

    [Fact]
    public void A_window_of_another_length_or_grain_starts_empty_and_any_other_reload_keeps_it()
    {
        var health = Create();
        health.Fail(health.Admit(0), 0);

        health.Reload(1, static options => options.MinimumThroughput = 9);
        Assert.Equal(1, health.At(1).SampleCount);

        health.Reload(1, static options => options.Window = TimeSpan.FromSeconds(20));
        Assert.Equal(0, health.At(1).SampleCount);

        health.Fail(health.Admit(1), 1);
        health.Reload(1, EjectionSettings.From(new EjectionOptions { Window = TimeSpan.FromSeconds(20) }) with { Buckets = 5 });
        Assert.Equal(0, health.At(1).SampleCount);
    }

    [Fact]
    public void Switched_off_it_has_its_full_share_at_once_and_nobody_stays_out_by_hand_over_the_next_reload()
    {
        var health = Create();
        health.Eject(0);
        health.Succeed(health.Admit(10), 10);
        Assert.Equal(EndpointState.Ramping, health.At(11).State);

        health.Reload(11, static options => options.Enabled = false);
        Assert.Equal((EndpointState.Healthy, 0), (health.At(11).State, health.At(11).Multiplier));

        health.Eject(12);
        Assert.Equal(EndpointState.Ejected, health.At(12).State);
        health.Reload(13, static options => options.MinimumThroughput = 9);
        Assert.Equal(EndpointState.Healthy, health.At(13).State);
    }

    private TestedHealth Create(Action<EjectionOptions>? configure = null) => new(_pool, configure);
}
