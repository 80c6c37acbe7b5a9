namespace LlmResilience.Attempts;

/// <summary>What an attempt's wait is limited by.</summary>
internal enum TimeoutReason : byte
{
    /// <summary><see cref="EndpointTimeouts.FirstToken"/>.</summary>
    FirstToken,

    /// <summary><see cref="EndpointTimeouts.FirstTokenAtLastEndpoint"/>: nobody else would take the request.</summary>
    LastEndpoint,

    /// <summary><see cref="EndpointTimeouts.BetweenTokens"/>: after the first token, or after a piece of what will be one.</summary>
    Silence,

    /// <summary>The answer is whole; only its usage may still come.</summary>
    Rest,

    /// <summary>The request's own deadline, which is nobody's failure.</summary>
    Deadline,
}
