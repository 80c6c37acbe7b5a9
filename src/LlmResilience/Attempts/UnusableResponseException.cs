using LlmResilience.Attempts;
using LlmResilience.Endpoints;
using LlmResilience.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>The provider answered, but not with an answer: an error inside a response of status 200, nothing at all, or a part of one.</summary>
/// <remarks>Apps find it in <see cref="LlmResilienceException.Attempts"/>; it is thrown where the rules of its kind allow no fallback.</remarks>
public sealed class UnusableResponseException : Exception, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message; never the provider's.</param>
    /// <param name="kind">What is wrong with the response.</param>
    /// <param name="errorCode">The provider's code for the error, if it gave one.</param>
    public UnusableResponseException(string message, FailureKind kind, string? errorCode = null)
        : base(message)
    {
        Kind = kind;
        ErrorCode = errorCode;
    }

    private UnusableResponseException(string message, in Failure failure)
        : this(message, failure.Kind, failure.ErrorCode) => RetryAfter = failure.RetryAfter;

    /// <summary>What its code and its text name for an error, else <see cref="FailureKind.ServerError"/>; <see cref="FailureKind.EmptyResponse"/> for nothing, <see cref="FailureKind.InvalidResponse"/> for a part, or for too much.</summary>
    public FailureKind Kind { get; }

    /// <summary>The provider's code for the error, if it gave one.</summary>
    public string? ErrorCode { get; }

    private TimeSpan? RetryAfter { get; }

    Failure IClassifiedException.Failure => new(Kind) { ErrorCode = ErrorCode, RetryAfter = RetryAfter };

    internal static UnusableResponseException Error(Endpoint endpoint, ErrorContent error)
    {
        var failure = InBandErrors.Classify(error, endpoint.Clock.TimeProvider.GetUtcNow());
        return new($"Endpoint '{endpoint.Name}' reported an error inside its response{(failure.ErrorCode is { } code ? $" (code '{code}')" : "")}.", failure);
    }

    internal static UnusableResponseException Truncated(string endpoint)
        => new($"Endpoint '{endpoint}' sent a response without a finish reason, though it has sent one before: an answer cut short.", FailureKind.InvalidResponse);

    internal static UnusableResponseException TooMuchBeforeFirstToken(string? endpoint)
        => new($"{(endpoint is null ? "The client" : $"Endpoint '{endpoint}'")} sent more than {Preamble.MaxUpdates} updates without content.", FailureKind.InvalidResponse);

    internal static UnusableResponseException Empty(string endpoint)
        => new($"Endpoint '{endpoint}' ended its response without content and without a finish reason.", FailureKind.EmptyResponse);
}
