namespace LlmResilience.Health;

/// <summary>All of an endpoint's health at one instant; times in clock ticks.</summary>
internal readonly record struct HealthSnapshot
{
    /// <summary>The strongest of all reasons; <see cref="Phase"/> is one of them.</summary>
    public required EndpointState State { get; init; }

    public required EjectionPhase Phase { get; init; }
    public required bool IsAvailable { get; init; }
    public required int Multiplier { get; init; }
    public required TimeSpan? EjectionDuration { get; init; }
    public required long? EjectedUntil { get; init; }
    public required EjectionReason? EjectionReason { get; init; }
    public required long? CoolDownUntil { get; init; }
    public required FailureKind? CoolDownReason { get; init; }
    public required FailureKind? LastFailure { get; init; }
    public required int SampleCount { get; init; }
    public required int FailureCount { get; init; }
    public required int ConsecutiveFailures { get; init; }
    public required double AdmittedRatio { get; init; }
    public required int ProbesInFlight { get; init; }
    public required long EjectionCount { get; init; }
    public required long RefusedEjectionCount { get; init; }
}
