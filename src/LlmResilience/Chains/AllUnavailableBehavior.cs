namespace LlmResilience;

/// <summary>What a request does when every endpoint of its chain is out.</summary>
/// <remarks>
/// Endpoints that asked to be left alone (a cool-down) or that the operator drained are left alone by every choice; only
/// <see cref="Wait"/> waits until a cool-down ends. So are those that active probes find ill, except by <see cref="IgnoreEjection"/> if
/// nobody else is left.
/// </remarks>
public enum AllUnavailableBehavior
{
    /// <summary>
    /// One request at a time, until its stream ends, goes to the ejected endpoint that returns soonest, as a probe ahead of time: its first
    /// token ends the ejection, its failure changes nothing. The others fail at once, and say when to come back.
    /// </summary>
    OneAtATime,

    /// <summary>
    /// Requests wait for the earliest return, at most <see cref="LlmResilienceOptions.MaxWait"/>, first come, first served; those that no
    /// endpoint could be back in time for fail at once.
    /// </summary>
    Wait,

    /// <summary>Requests fail at once, and say when to come back.</summary>
    FailFast,

    /// <summary>Requests go out as if no endpoint were ejected.</summary>
    IgnoreEjection,
}
