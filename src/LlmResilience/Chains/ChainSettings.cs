namespace LlmResilience.Chains;

/// <summary>A chain's options as its requests read them: resolved once, immutable, in clock ticks (a timeout that is off is 0).</summary>
/// <param name="options">The options.</param>
/// <param name="createBalancer">Makes the balancer of a group; none where it is asked in its order.</param>
internal sealed class ChainSettings(LlmResilienceOptions options, Func<EndpointGroup, Balancer?>? createBalancer = null)
{
    public int MaxAttempts { get; } = options.MaxAttempts;

    public double PanicThreshold { get; } = options.PanicThreshold;

    public AllUnavailableBehavior AllUnavailableBehavior { get; } = options.AllUnavailableBehavior;

    /// <summary>Whether hosted tools may act twice.</summary>
    public bool RetryHostedTools { get; } = options.RetryHostedTools;

    public long MaxWait { get; } = options.MaxWait == Timeout.InfiniteTimeSpan ? long.MaxValue : options.MaxWait.Ticks;

    public long RequestTimeout { get; } = options.RequestTimeout == Timeout.InfiniteTimeSpan ? 0 : options.RequestTimeout.Ticks;

    /// <summary>What it was resolved from.</summary>
    public LlmResilienceOptions Options => options;

    public Func<EndpointGroup, Balancer?>? CreateBalancer => createBalancer;

    /// <summary>Whether groups are asked in their order.</summary>
    public bool IsOrdered => createBalancer is null;
}
