namespace LlmResilience.Health;

/// <summary>What may be wrong with an endpoint that a request is sent to all the same, when too few or none are well.</summary>
internal enum Leniency : byte
{
    None,

    /// <summary>It may be ejected.</summary>
    Ejection,

    /// <summary>Active probes may have found it ill, too: nobody else is left.</summary>
    EjectionAndActiveProbes,
}
