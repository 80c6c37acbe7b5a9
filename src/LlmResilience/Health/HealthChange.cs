namespace LlmResilience.Health;

/// <summary>What a result or the operator changed, to be logged and counted after the lock is released.</summary>
internal readonly record struct HealthChange(HealthChangeKind Kind, int Multiplier = 0, TimeSpan Duration = default, EjectionReason Reason = default)
{
    public static HealthChange None => default;
}

internal enum HealthChangeKind : byte
{
    None,
    Ejected,
    Reinstated,

    /// <summary>A trigger fired, but <see cref="LlmResilienceOptions.MaxEjectedRatio"/> does not allow one more.</summary>
    EjectionRefused,

    /// <summary>Active probes find it ill.</summary>
    FoundIll,

    /// <summary>Active probes find it well again.</summary>
    FoundWell,
}
