using LlmResilience.Endpoints;

namespace LlmResilience;

/// <summary>An endpoint that could take a request, as an <see cref="ILoadBalancer"/> sees it. Its values are read when they are asked for.</summary>
public readonly struct LoadBalancingCandidate
{
    private readonly Endpoint _endpoint;
    private readonly long _now;

    internal LoadBalancingCandidate(Endpoint endpoint, long now)
    {
        _endpoint = endpoint;
        _now = now;
    }

    /// <summary>Its name.</summary>
    public string Name => _endpoint.Name;

    /// <summary>Its <see cref="EndpointOptions.Weight"/>.</summary>
    public int Weight => _endpoint.Settings.Weight;

    /// <summary>Its <see cref="EndpointOptions.Region"/>.</summary>
    public string? Region => _endpoint.Settings.Region;

    /// <summary>Its <see cref="EndpointOptions.ModelId"/>.</summary>
    public string? ModelId => _endpoint.Settings.ModelId;

    /// <summary>Its attempts whose stream or response has not ended.</summary>
    public int ActiveAttempts => _endpoint.Load.InFlight;

    /// <summary>A moving average of the time to the first token, or to the response; <see langword="null"/> before the first.</summary>
    public TimeSpan? AverageTimeToFirstToken => _endpoint.Load.FirstToken;

    /// <summary>
    /// The share of its requests that it takes: 1 in rotation, less while it ramps up after an ejection, 0 while it waits for the request
    /// that probes it. It is dealt after the choice: a request that is not part of it is chosen for anew.
    /// </summary>
    public double AdmittedRatio => _endpoint.Health.AdmittedRatio(_now);
}
