namespace LlmResilience;

/// <summary>Where an endpoint stands in ejection. Beside it, each on its own, stand its cool-down and whether the operator drained it.</summary>
public enum EndpointState
{
    /// <summary>In rotation.</summary>
    Healthy,

    /// <summary>Out of rotation because of its own failures, until its time is over.</summary>
    Ejected,

    /// <summary>Its time is over: one request at a time finds out whether it is well.</summary>
    Probing,

    /// <summary>Well again, and given a growing share of the requests.</summary>
    Ramping,
}
