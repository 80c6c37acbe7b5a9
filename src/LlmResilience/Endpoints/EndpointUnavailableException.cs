using Polly;

namespace LlmResilience;

/// <summary>The endpoint was not asked, since it is out: ejected, cooling down, or drained by the operator.</summary>
public sealed class EndpointEjectedException : ExecutionRejectedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="retryAfter">When the endpoint could be back, from now; <see langword="null"/> if nobody knows.</param>
    public EndpointEjectedException(string message, TimeSpan? retryAfter = null)
        : base(message) => RetryAfter = retryAfter;

    /// <summary>When the endpoint could be back, from now; <see langword="null"/> if only the operator knows.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The failure after which the endpoint cools down; <see langword="null"/> if it is out for another reason.</summary>
    public FailureKind? CoolDownReason { get; init; }
}
