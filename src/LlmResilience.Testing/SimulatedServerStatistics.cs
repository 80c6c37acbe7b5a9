namespace LlmResilience.Testing;

/// <summary>What a <see cref="SimulatedLlmServer"/> has seen so far. A snapshot.</summary>
/// <remarks>
/// Only chat completions count as requests. A request that has ended is either completed, aborted or failed. Connections
/// that were refused while the server was down never reached it and are in no number.
/// </remarks>
public sealed record SimulatedLlmServerStatistics
{
    /// <summary>Gets how many chat completions have arrived.</summary>
    public long Requests { get; init; }

    /// <summary>Gets how many were answered in full.</summary>
    public long Completed { get; init; }

    /// <summary>Gets how many the app left before they ended.</summary>
    public long Aborted { get; init; }

    /// <summary>Gets how many ended badly on the server's side: malformed, refused or broken by a fault, or lost in a crash.</summary>
    public long Failed { get; init; }

    /// <summary>Gets how often the server has crashed, by overload or on demand.</summary>
    public long Crashes { get; init; }

    /// <summary>Gets how long the server has been down in all, the current outage included.</summary>
    public TimeSpan DownTime { get; init; }

    /// <summary>Gets a value indicating whether new connections are refused now.</summary>
    public bool IsDown { get; init; }

    /// <summary>Gets how many requests hold a slot on the GPU now.</summary>
    public int Running { get; init; }

    /// <summary>Gets how many requests wait for a slot now.</summary>
    public int Queued { get; init; }
}
