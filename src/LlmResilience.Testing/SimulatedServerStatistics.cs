namespace LlmResilience.Testing;

/// <summary>What a <see cref="SimulatedServer"/> has seen so far. A snapshot.</summary>
/// <remarks>
/// Only chats count as requests: chat completions at a <see cref="SimulatedOpenAIServer"/>, messages at a <see cref="SimulatedAnthropicServer"/>.
/// A request that has ended is either completed, aborted or failed. Connections that were refused while the server was down never reached it and
/// are in no number.
/// </remarks>
public sealed record SimulatedServerStatistics
{
    /// <summary>Gets how many requests have arrived.</summary>
    public long RequestCount { get; init; }

    /// <summary>Gets how many were answered in full.</summary>
    public long CompletedCount { get; init; }

    /// <summary>Gets how many the app left before they ended.</summary>
    public long AbortedCount { get; init; }

    /// <summary>Gets how many ended badly on the server's side: malformed, refused or broken by a fault, or lost in a crash.</summary>
    public long FailedCount { get; init; }

    /// <summary>Gets how often the server has crashed, by overload or on demand.</summary>
    public long CrashCount { get; init; }

    /// <summary>Gets how long the server has been down in all, the current outage included.</summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>Gets a value indicating whether new connections are refused now.</summary>
    public bool IsDown { get; init; }

    /// <summary>Gets how many requests hold a slot on the GPU now; 0 at a <see cref="SimulatedAnthropicServer"/>, which answers at once.</summary>
    public int RunningCount { get; init; }

    /// <summary>Gets how many requests wait for a slot now; 0 at a <see cref="SimulatedAnthropicServer"/>.</summary>
    public int QueuedCount { get; init; }
}
