namespace LlmResilience;

/// <summary>How an endpoint stands, in one word: the strongest of the reasons for which it is not given its full share of the requests. The weakest come first.</summary>
public enum EndpointState
{
    /// <summary>In rotation, and nothing else holds.</summary>
    Healthy,

    /// <summary>Well again after an ejection, and given a growing share of the requests.</summary>
    Ramping,

    /// <summary>Its ejection is over: a few requests, one at a time by default, find out whether it is well.</summary>
    Probing,

    /// <summary>Active probes find it ill (<see cref="EndpointOptions.ActiveProbe"/>): out of rotation until they find it well.</summary>
    Unhealthy,

    /// <summary>Left alone until a time, since a reply asked for it or a failure's rule says so; nothing against its health.</summary>
    CoolingDown,

    /// <summary>Out of rotation until a time, because of its own failures or by <see cref="LlmEndpoints.Eject"/>.</summary>
    Ejected,

    /// <summary>Out of rotation by <see cref="LlmEndpoints.Drain"/>, until <see cref="LlmEndpoints.Restore"/>.</summary>
    Drained,
}
