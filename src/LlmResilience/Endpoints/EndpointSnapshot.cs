using LlmResilience.Health;
using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>An endpoint at one instant.</summary>
public sealed record EndpointSnapshot
{
    /// <summary>Creates a snapshot of which nothing is known, for an app's own tests.</summary>
    public EndpointSnapshot()
    {
    }

    internal EndpointSnapshot(in HealthSnapshot health, MonotonicClock clock)
    {
        State = health.State;
        IsAvailable = health.IsAvailable;
        EjectionMultiplier = health.Multiplier;
        EjectionDuration = health.EjectionDuration;
        EjectedUntil = health.EjectedUntil is { } ejected ? clock.ToUtc(ejected) : null;
        EjectionReason = health.EjectionReason;
        CoolDownUntil = health.CoolDownUntil is { } cooling ? clock.ToUtc(cooling) : null;
        CoolDownReason = health.CoolDownReason;
        LastFailure = health.LastFailure;
        SampleCount = health.SampleCount;
        FailureRatio = health.SampleCount == 0 ? 0 : (double)health.FailureCount / health.SampleCount;
        AdmittedRatio = health.AdmittedRatio;
        EjectionCount = health.EjectionCount;
    }

    /// <summary>The endpoint's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its place in the chain.</summary>
    public int Priority { get; init; }

    /// <summary>The model that it is asked for; <see langword="null"/> if that is the request's, or the client's own.</summary>
    public string? ModelId { get; init; }

    /// <summary>How it stands: the strongest of the reasons for which it is not given its full share, if there is one.</summary>
    public EndpointState State { get; init; }

    /// <summary>Whether a request could go to it now.</summary>
    public bool IsAvailable { get; init; }

    /// <summary>k: the next ejection lasts k + 1 times the base.</summary>
    public int EjectionMultiplier { get; init; }

    /// <summary>How long the running ejection lasts in all; <see langword="null"/> while not ejected.</summary>
    public TimeSpan? EjectionDuration { get; init; }

    /// <summary>When the running ejection ends, or ended while it is being probed; <see langword="null"/> while not ejected.</summary>
    public DateTimeOffset? EjectedUntil { get; init; }

    /// <summary>What ejected it; <see langword="null"/> while not ejected.</summary>
    public EjectionReason? EjectionReason { get; init; }

    /// <summary>When the cool-down ends; <see langword="null"/> without one.</summary>
    public DateTimeOffset? CoolDownUntil { get; init; }

    /// <summary>What the cool-down is for; <see langword="null"/> without one.</summary>
    public FailureKind? CoolDownReason { get; init; }

    /// <summary>
    /// The last failure that counted against its health or made it cool down; <see langword="null"/> before the first, and after
    /// <see cref="LlmEndpoints.Restore"/>. A success does not clear it.
    /// </summary>
    public FailureKind? LastFailure { get; init; }

    /// <summary>The samples in the window.</summary>
    public int SampleCount { get; init; }

    /// <summary>The share of failures among the samples, from 0 to 1; 0 without samples.</summary>
    public double FailureRatio { get; init; }

    /// <summary>The share of requests that it is given: 0 while ejected or being probed, growing while ramping, else 1.</summary>
    public double AdmittedRatio { get; init; }

    /// <summary>A moving average of the time to the first token, or to the response where nothing streams; <see langword="null"/> before the first.</summary>
    public TimeSpan? AverageTimeToFirstToken { get; init; }

    /// <summary>Attempts whose response or stream has not ended.</summary>
    public int ActiveAttempts { get; init; }

    /// <summary>Attempts that were abandoned and whose client has not let go yet.</summary>
    public int AbandonedAttempts { get; init; }

    /// <summary>How often it has been ejected since the start.</summary>
    public long EjectionCount { get; init; }
}
