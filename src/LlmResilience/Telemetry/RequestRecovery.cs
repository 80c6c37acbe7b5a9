namespace LlmResilience.Telemetry;

/// <summary>What saved a request that was answered.</summary>
internal enum RequestRecovery : byte
{
    /// <summary>Nothing had to.</summary>
    None,

    /// <summary>Another attempt at the same endpoint.</summary>
    Retry,

    /// <summary>Another endpoint.</summary>
    Fallback,
}
