namespace LlmResilience;

/// <summary>How a request chooses among the available endpoints of one priority.</summary>
public enum LoadBalancingPolicy
{
    /// <summary>In the order of registration: the first one that is available.</summary>
    Ordered,

    /// <summary>In turn, each as often as its <see cref="EndpointOptions.Weight"/> says (smooth weighted round robin, as nginx has it).</summary>
    RoundRobin,

    /// <summary>Of two at random, the one with fewer requests in flight for its weight.</summary>
    LeastActive,

    /// <summary>
    /// Of two at random, the one that has brought its first tokens sooner of late, times the requests that it has in flight, for its weight.
    /// Failures and throttled requests count as slow ones, and a long prompt is allowed its time.
    /// </summary>
    LowestLatency,

    /// <summary>
    /// The same endpoint for all requests of a conversation, so that the provider's prompt cache serves them; another one while that is
    /// unavailable, has more than its share of requests in flight, or is more than twice as slow as the others.
    /// </summary>
    Affinity,
}
