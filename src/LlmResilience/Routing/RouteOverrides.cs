using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>What a route does otherwise than the chain. What is <see langword="null"/> is as it is in <see cref="LlmResilienceOptions"/>.</summary>
/// <remarks>
/// Everything else belongs to the client or to the endpoints, which the routes share: health, ejection, and how much of either there may be.
/// </remarks>
public sealed class RouteOverrides
{
    private ILoadBalancer? _loadBalancer;

    /// <summary>The most attempts that one request makes, retries and fallbacks together.</summary>
    /// <value>The default is <see langword="null"/>: <see cref="LlmResilienceOptions.MaxAttempts"/>. At least 1.</value>
    public int? MaxAttempts { get; set; }

    /// <summary>All attempts of a request together, from the call to the end of its stream.</summary>
    /// <value>
    /// The default is <see langword="null"/>: <see cref="LlmResilienceOptions.RequestTimeout"/>. Above zero, at most one day, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for none.
    /// </value>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>What a request does when every endpoint of the route is unavailable.</summary>
    /// <value>The default is <see langword="null"/>: <see cref="LlmResilienceOptions.AllUnavailableBehavior"/>.</value>
    public AllUnavailableBehavior? AllUnavailableBehavior { get; set; }

    /// <summary>How a request chooses among the available endpoints of one tier.</summary>
    /// <value>The default is <see langword="null"/>: <see cref="LlmResilienceOptions.LoadBalancing"/>, or the chain's own way.</value>
    public LoadBalancingPolicy? LoadBalancing { get; set; }

    /// <summary>Chooses among the available endpoints of one tier in the app's own way; <see cref="LoadBalancing"/> does not count then.</summary>
    /// <param name="loadBalancer">The way. The last one that was set counts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loadBalancer"/> is null.</exception>
    public void UseLoadBalancer(ILoadBalancer loadBalancer)
    {
        ArgumentNullException.ThrowIfNull(loadBalancer);
        _loadBalancer = loadBalancer;
    }

    /// <summary>The chain's options as they are for this route.</summary>
    internal LlmResilienceOptions ApplyTo(LlmResilienceOptions options)
    {
        var own = options.Clone();
        own.MaxAttempts = MaxAttempts ?? own.MaxAttempts;
        own.RequestTimeout = RequestTimeout ?? own.RequestTimeout;
        own.AllUnavailableBehavior = AllUnavailableBehavior ?? own.AllUnavailableBehavior;
        if (LoadBalancing is { } balancing)
        {
            own.LoadBalancing = balancing;
            own.UseNoLoadBalancer();
        }

        if (_loadBalancer is not null)
        {
            own.UseLoadBalancer(_loadBalancer);
        }

        return own;
    }

    internal void Check(OptionsChecker checker)
    {
        if (MaxAttempts is { } attempts)
        {
            checker.AtLeast(nameof(MaxAttempts), attempts, 1);
        }

        if (RequestTimeout is { } timeout)
        {
            checker.Timeout(nameof(RequestTimeout), timeout);
        }

        if (AllUnavailableBehavior is { } behavior)
        {
            checker.Defined(nameof(AllUnavailableBehavior), behavior);
        }

        if (LoadBalancing is { } balancing)
        {
            checker.Defined(nameof(LoadBalancing), balancing);
        }
    }
}
