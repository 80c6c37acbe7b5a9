using LlmResilience.Attempts;
using LlmResilience.Failures;

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

    /// <summary><see cref="FailureKind.ServerError"/> for an error, <see cref="FailureKind.EmptyResponse"/> for nothing, <see cref="FailureKind.InvalidResponse"/> for a part or for too much.</summary>
    public FailureKind Kind { get; }

    /// <summary>The provider's code for the error, if it gave one.</summary>
    public string? ErrorCode { get; }

    Failure IClassifiedException.Failure => new(Kind) { ErrorCode = ErrorCode };

    internal static UnusableResponseException Error(string endpoint, string? code)
        => new($"Endpoint '{endpoint}' reported an error inside its response{(code is null ? "" : $" (code '{code}')")}.", FailureKind.ServerError, code);

    internal static UnusableResponseException Truncated(string endpoint)
        => new($"Endpoint '{endpoint}' sent a response without a finish reason, though it has sent one before: an answer cut short.", FailureKind.InvalidResponse);

    internal static UnusableResponseException TooMuchBeforeFirstToken(string? endpoint)
        => new($"{(endpoint is null ? "The client" : $"Endpoint '{endpoint}'")} sent more than {Preamble.MaxUpdates} updates without content.", FailureKind.InvalidResponse);

    internal static UnusableResponseException Empty(string endpoint)
        => new($"Endpoint '{endpoint}' ended its response without content and without a finish reason.", FailureKind.EmptyResponse);
}
