namespace LlmResilience;

/// <summary>All of an endpoint's health at one instant; times in clock ticks.</summary>
internal readonly record struct HealthSnapshot
{
    /// <summary>The strongest of all reasons; <see cref="Phase"/> is one of them.</summary>
    public required EndpointState State { get; init; }

    public required EjectionPhase Phase { get; init; }
    public required bool IsAvailable { get; init; }
    public required int K { get; init; }
    public required TimeSpan? EjectionTime { get; init; }
    public required long? EjectedUntil { get; init; }
    public required EjectionReason? EjectionReason { get; init; }
    public required long? CoolingDownUntil { get; init; }
    public required FailureKind? CoolDownReason { get; init; }
    public required int Samples { get; init; }
    public required int Failures { get; init; }
    public required int ConsecutiveFailures { get; init; }
    public required double Share { get; init; }
    public required int ProbesInFlight { get; init; }
    public required long Ejections { get; init; }
    public required long RefusedEjections { get; init; }
}
