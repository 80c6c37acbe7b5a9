using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>The request's own time was over: <see cref="LlmResilienceOptions.RequestTimeout"/>, before the first token or after it.</summary>
/// <remarks>
/// Thrown by the request, or by the stream's <c>MoveNextAsync</c>. It is nobody's failure: no endpoint's health counts it. Give the
/// request more time, or its endpoints less, so that there is time for the next one.
/// </remarks>
public sealed class RequestTimeoutException : LlmResilienceException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="timeout">The request's time.</param>
    /// <param name="attempts">The attempts so far, in order, the one that was cut included.</param>
    /// <param name="partialText">The text that the app had been given.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attempts"/> or <paramref name="partialText"/> is null.</exception>
    public RequestTimeoutException(TimeSpan timeout, IReadOnlyList<FailedAttempt> attempts, string partialText = "")
        : base(Describe(timeout, partialText), attempts, partialText, innerException: null) => Timeout = timeout;

    /// <summary>The time that the request had for all its attempts together.</summary>
    public TimeSpan Timeout { get; }

    // To a client around this one it is an endpoint that did not answer in time.
    Failure IClassifiedException.Failure => new(FailureKind.ResponseTimeout);

    private static string Describe(TimeSpan timeout, string partialText)
        => string.IsNullOrEmpty(partialText)
            ? $"The request was not answered within its time of {timeout}."
            : $"The request's answer was not complete within its time of {timeout}.";
}
