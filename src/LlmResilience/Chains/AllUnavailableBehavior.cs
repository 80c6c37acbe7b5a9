namespace LlmResilience;

/// <summary>What a request does when every endpoint of its chain is out.</summary>
/// <remarks>
/// Endpoints that asked to be left alone (a cool-down) or that the operator drained are left alone by every choice; only
/// <see cref="Wait"/> waits until a cool-down ends.
/// </remarks>
public enum AllUnavailableBehavior
{
    /// <summary>One request at a time goes to the endpoint that returns soonest; the others fail at once, and say when to come back.</summary>
    OneAtATime,

    /// <summary>Requests wait for the earliest return, first come, first served; those whose deadline is earlier fail at once.</summary>
    Wait,

    /// <summary>Requests fail at once, and say when to come back.</summary>
    FailFast,

    /// <summary>Requests go out as if no endpoint were ejected.</summary>
    IgnoreEjection,
}
