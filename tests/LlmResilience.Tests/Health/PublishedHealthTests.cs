using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>What is told without the lock, and what wakes those who wait for an endpoint.</summary>
public sealed class PublishedHealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EjectionPool _pool = new();

    [Fact]
    public void A_cool_down_that_lapses_makes_it_healthy_and_wakes_who_waits()
    {
        var health = Create();
        health.CoolDown(0, 9);

        AssertLapses(health, 9);
    }

    [Fact]
    public void A_ramp_that_lapses_makes_it_healthy_and_wakes_who_waits()
    {
        var health = Back(at: 10);

        AssertLapses(health, 40);
    }

    [Fact]
    public void A_cool_down_and_a_ramp_that_lapse_at_once_wake_who_waits()
    {
        var health = Back(at: 10);
        health.CoolDown(31, 9);

        AssertLapses(health, 40);
    }

    [Fact]
    public void Looking_at_what_does_not_lapse_wakes_nobody()
    {
        var (healthy, ejected, drained) = (Create(), Create(), Create());
        ejected.Eject(0);
        drained.Health.Drain();
        var changed = _pool.Changed;

        foreach (var second in new[] { 5, 10, 45, 1000 })
        {
            Assert.Equal(EndpointState.Healthy, healthy.At(second).State);
            Assert.Equal(second < 10 ? EndpointState.Ejected : EndpointState.Probing, ejected.At(second).State);
            Assert.Equal(EndpointState.Drained, drained.At(second).State);
        }

        Assert.False(changed.IsCompleted);
    }

    [Fact]
    public void A_cool_down_that_ends_no_later_changes_nothing()
    {
        var health = Create();
        health.CoolDown(0, 9);
        var changed = _pool.Changed;

        Assert.False(health.CoolDown(0, 9, FailureKind.QuotaExhausted));
        Assert.False(health.CoolDown(1, 5, FailureKind.QuotaExhausted));

        Assert.False(changed.IsCompleted);
        Assert.Equal((TestedHealth.Ticks(9), FailureKind.RateLimited), (health.At(1).CoolDownUntil, health.At(1).CoolDownReason));
    }

    [Fact]
    public void A_cool_down_of_no_time_leaves_it_healthy_without_a_look()
    {
        var health = Create();
        var changed = _pool.Changed;

        health.CoolDown(1, 0);

        Assert.True(health.Health.TryAdmitHealthy(out _));
        Assert.False(changed.IsCompleted);
    }

    [Fact]
    public void Without_a_ramp_it_is_healthy_as_soon_as_its_probe_has_succeeded()
    {
        var health = Create(options => options.RampUpDuration = TimeSpan.Zero);
        health.Eject(0);

        health.Succeed(health.Admit(10), 11);

        Assert.True(health.Health.TryAdmitHealthy(out _));
    }

    [Fact]
    public void A_probe_that_says_nothing_makes_room_and_wakes_who_waits()
    {
        var health = Create();
        health.Eject(0);
        var probe = health.Admit(10);
        var changed = _pool.Changed;

        health.Health.Ignored(probe, TestedHealth.Ticks(11));

        Assert.True(changed.IsCompleted);
        Assert.True(health.Health.IsAvailable(TestedHealth.Ticks(11)));
    }

    [Fact]
    public void A_reload_wakes_who_waits_unless_it_changes_nothing()
    {
        var health = Create();
        var changed = _pool.Changed;

        health.Reload(0, static _ => { });
        Assert.False(changed.IsCompleted);

        health.Reload(0, static options => options.MinimumThroughput = 7);
        Assert.True(changed.IsCompleted);
    }

    [Fact]
    public void Other_members_and_whoever_says_so_wake_who_waits()
    {
        var changed = _pool.Changed;
        _pool.SetMembers([]);
        Assert.True(changed.IsCompleted);

        changed = _pool.Changed;
        _pool.SignalChange();
        Assert.True(changed.IsCompleted);
        Assert.False(_pool.Changed.IsCompleted);
    }

    [Fact]
    public void Each_change_of_the_state_is_noted_once()
    {
        var health = Create();
        Assert.False(health.Health.TryNoteState(0, out _, out _));

        health.Eject(0);

        Assert.True(health.Health.TryNoteState(0, out var from, out var to));
        Assert.Equal((EndpointState.Healthy, EndpointState.Ejected), (from, to));
        Assert.False(health.Health.TryNoteState(0, out _, out _));
    }

    [Fact]
    public void A_healthy_endpoint_admits_and_takes_a_success_while_somebody_holds_the_lock()
    {
        var health = Create();
        health.Restore(0);

        AssertNeedsNoLock(() =>
        {
            var admission = health.Admit(1);
            Assert.True(health.Health.IsAvailable(TestedHealth.Ticks(1)));
            Assert.True(health.Health.TryGetCoolDown(TestedHealth.Ticks(1), out _));
            health.Health.HoldProbe(admission, TestedHealth.Ticks(9), TestedHealth.Ticks(1));
            health.Succeed(admission, 2);
            health.Health.Ignored(admission, TestedHealth.Ticks(2));
        });

        Assert.Equal(1, health.At(2).SampleCount);
    }

    [Fact]
    public void Who_comes_while_the_endpoint_is_out_is_told_so_while_somebody_holds_the_lock()
    {
        var health = Create();
        health.Eject(0);

        AssertNeedsNoLock(() =>
        {
            Assert.Equal(AdmissionResult.Unavailable, health.Health.TryAdmit(AdmissionRequest.Normal, TestedHealth.Ticks(9), 0, out _));
            Assert.False(health.Health.IsAvailable(TestedHealth.Ticks(9)));
        });
    }

    private void AssertLapses(TestedHealth health, int second)
    {
        var changed = _pool.Changed;
        health.At(second - 0.001);
        Assert.False(changed.IsCompleted);
        Assert.False(health.Health.TryAdmitHealthy(out _));

        health.At(second);

        Assert.True(changed.IsCompleted);
        Assert.True(health.Health.TryAdmitHealthy(out _));
    }

    private void AssertNeedsNoLock(Action action)
    {
        Exception? failure = null;
        var other = new Thread(() => failure = Record.Exception(action)) { IsBackground = true };
        lock (_pool.Lock)
        {
            other.Start();
            Assert.True(other.Join(Patience), "It waits for the lock.");
        }

        Assert.Null(failure);
    }

    private TestedHealth Create(Action<EjectionOptions>? configure = null) => new(_pool, configure);

    /// <summary>An endpoint that is back, with its ramp before it.</summary>
    private TestedHealth Back(int at)
    {
        var health = Create();
        health.Eject(0);
        health.Succeed(health.Admit(at), at);
        return health;
    }
}
