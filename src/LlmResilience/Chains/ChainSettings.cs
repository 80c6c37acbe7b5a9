using LlmResilience.Utilities;

namespace LlmResilience.Chains;

/// <summary>A chain's options as its requests read them: resolved once, immutable, in clock ticks (a timeout that is off is 0).</summary>
internal sealed class ChainSettings(LlmResilienceOptions options)
{
    public int MaxAttempts { get; } = options.MaxAttempts;

    public double PanicThreshold { get; } = options.PanicThreshold;

    public AllUnavailableBehavior AllUnavailableBehavior { get; } = options.AllUnavailableBehavior;

    public long MaxWait { get; } = options.MaxWait == Timeout.InfiniteTimeSpan ? long.MaxValue : options.MaxWait.Ticks;

    public long RequestTimeout { get; } = options.RequestTimeout == Timeout.InfiniteTimeSpan ? 0 : options.RequestTimeout.Ticks;

    /// <summary>When the time of a request that began then is over; <see cref="long.MaxValue"/> for never.</summary>
    public long DeadlineOf(long startedAt) => RequestTimeout == 0 ? long.MaxValue : Ticks.Add(startedAt, RequestTimeout);
}
