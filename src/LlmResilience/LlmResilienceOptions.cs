using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>Options of a chain: what holds for all its endpoints together.</summary>
/// <remarks>Validated at start-up; an invalid value stops the app with a message that prints it.</remarks>
public sealed class LlmResilienceOptions
{
    private ILoadBalancer? _loadBalancer;

    /// <summary>The options that every endpoint of the chain starts from.</summary>
    public EndpointOptions EndpointDefaults { get; set; } = new();

    /// <summary>
    /// All attempts of a request together, from the call to the end of its stream. Before its first token, or its response, an attempt gets
    /// no more than leaves something to the endpoints after it. Too short a time cuts healthy long streams in the middle.
    /// </summary>
    /// <value>
    /// The default is <see cref="Timeout.InfiniteTimeSpan"/>: none. Above zero, at most one day. When it is over the request fails with a
    /// <see cref="RequestTimeoutException"/>, which counts against no endpoint.
    /// </value>
    public TimeSpan RequestTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>The most attempts that one request makes, retries and fallbacks together.</summary>
    /// <value>The default is 6. At least 1.</value>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>How a request chooses among the available endpoints of one priority.</summary>
    /// <value>The default is <see cref="LoadBalancingPolicy.Ordered"/>: in the order of registration.</value>
    public LoadBalancingPolicy LoadBalancing { get; set; }

    /// <summary>Where the app is: the region of requests that name none.</summary>
    /// <value>The default is <see langword="null"/>: nowhere, so that the endpoints' regions do not matter.</value>
    public string? Region { get; set; }

    /// <summary>The largest share of the chain's endpoints that is ejected at a time, rounded down, but at least one endpoint.</summary>
    /// <value>The default is 1.0: all may be ejected, and <see cref="AllUnavailableBehavior"/> says what happens then. From 0 (never eject) to 1.</value>
    public double MaxEjectedRatio { get; set; } = 1.0;

    /// <summary>
    /// With a smaller share of the chain's endpoints than this neither ejected, nor being probed, nor found ill by active probes,
    /// ejections are ignored: better an ill endpoint than an overrun one. What active probes say is ignored only if they find all ill that
    /// could be asked then. Drained and cooling endpoints count among the healthy ones here, and stay out all the same.
    /// </summary>
    /// <value>The default is 0: off. From 0 to 1.</value>
    public double PanicThreshold { get; set; }

    /// <summary>What a request does when every endpoint is unavailable.</summary>
    /// <value>The default is <see cref="AllUnavailableBehavior.OneAtATime"/>.</value>
    public AllUnavailableBehavior AllUnavailableBehavior { get; set; } = AllUnavailableBehavior.OneAtATime;

    /// <summary>
    /// Whether a request with hosted tools that act at the provider (an MCP server, a code interpreter) is sent again, here or elsewhere,
    /// after a failure that it may have been worked on before: a timeout, a cut, a 500. The tools may then act twice.
    /// </summary>
    /// <value>The default is <see langword="false"/>. Set it where acting twice does no harm. It makes no difference to requests that name state.</value>
    public bool RetryHostedTools { get; set; }

    /// <summary>How long a request waits for an endpoint at most, where <see cref="AllUnavailableBehavior"/> is <see cref="AllUnavailableBehavior.Wait"/>.</summary>
    /// <value>
    /// The default is 30 seconds. Above zero, at most one day, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit but <see cref="RequestTimeout"/>.
    /// A request that no endpoint could be back in time for fails at once.
    /// </value>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Chooses among the available endpoints of one priority in the app's own way; <see cref="LoadBalancing"/> does not count then.</summary>
    /// <param name="loadBalancer">The way. The last one that was set counts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loadBalancer"/> is null.</exception>
    public void UseLoadBalancer(ILoadBalancer loadBalancer)
    {
        ArgumentNullException.ThrowIfNull(loadBalancer);
        _loadBalancer = loadBalancer;
    }

    /// <summary>For a route that balances in one of our ways where the chain does it in the app's.</summary>
    internal void UseNoLoadBalancer() => _loadBalancer = null;

    // Methods, since the configuration's binder takes every property for a setting.
    internal ILoadBalancer? GetLoadBalancer() => _loadBalancer;

    /// <summary>A copy with the same defaults for endpoints.</summary>
    internal LlmResilienceOptions Clone() => (LlmResilienceOptions)MemberwiseClone();

    internal void Check(OptionsChecker checker)
    {
        checker.AtLeast(nameof(MaxAttempts), MaxAttempts, 1);
        checker.Range(nameof(MaxEjectedRatio), MaxEjectedRatio, 0, 1);
        checker.Range(nameof(PanicThreshold), PanicThreshold, 0, 1);
        checker.Defined(nameof(AllUnavailableBehavior), AllUnavailableBehavior);
        checker.Defined(nameof(LoadBalancing), LoadBalancing);
        if (Region is { } region && string.IsNullOrWhiteSpace(region))
        {
            checker.Error(nameof(Region), $"'{region}'", "a region's name, or absent");
        }

        checker.Timeout(nameof(RequestTimeout), RequestTimeout);
        checker.Timeout(nameof(MaxWait), MaxWait);
    }
}
