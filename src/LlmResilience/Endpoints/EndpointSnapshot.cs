namespace LlmResilience;

/// <summary>An endpoint at one instant.</summary>
public sealed record EndpointSnapshot
{
    /// <summary>The endpoint's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its place in the chain.</summary>
    public required int Priority { get; init; }

    /// <summary>How it stands: the strongest of the reasons for which it is not given its full share, if there is one.</summary>
    public required EndpointState State { get; init; }

    /// <summary>Whether a request could go to it now.</summary>
    public required bool IsAvailable { get; init; }

    /// <summary>Whether the operator drained it, which is the strongest <see cref="State"/>.</summary>
    public bool IsDrained => State == EndpointState.Drained;

    /// <summary>k: the next ejection lasts k + 1 times the base.</summary>
    public required int K { get; init; }

    /// <summary>How long the running ejection lasts in all; <see langword="null"/> while not ejected.</summary>
    public required TimeSpan? EjectionTime { get; init; }

    /// <summary>When the running ejection ends; <see langword="null"/> while not ejected.</summary>
    public required DateTimeOffset? EjectedUntil { get; init; }

    /// <summary>What ejected it; <see langword="null"/> while not ejected.</summary>
    public required EjectionReason? EjectionReason { get; init; }

    /// <summary>When the cool-down ends; <see langword="null"/> without one.</summary>
    public required DateTimeOffset? CoolingDownUntil { get; init; }

    /// <summary>What the cool-down is for; <see langword="null"/> without one.</summary>
    public required FailureKind? CoolDownReason { get; init; }

    /// <summary>The samples in the window.</summary>
    public required int Samples { get; init; }

    /// <summary>The share of failures among the samples, from 0 to 1; 0 without samples.</summary>
    public required double FailureRatio { get; init; }

    /// <summary>The share of requests that it is given: 0 while ejected, growing while ramping, else 1.</summary>
    public required double Share { get; init; }

    /// <summary>A moving average of the time to the first token, or to the response where nothing streams; <see langword="null"/> before the first.</summary>
    public required TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Attempts whose response or stream has not ended.</summary>
    public required int InFlight { get; init; }

    /// <summary>Attempts that were abandoned and whose client has not let go yet.</summary>
    public required int Orphans { get; init; }

    /// <summary>How often it has been ejected since the start.</summary>
    public required long Ejections { get; init; }
}
