using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>A stream broke after its first token: cut, reset, malformed, stopped by a filter, ended without a finish reason, or silent (<see cref="StreamStalledException"/>).</summary>
/// <remarks>
/// Thrown by the stream's <c>MoveNextAsync</c>. What the app has shown by then is <see cref="LlmResilienceException.PartialText"/>, an
/// answer cut short: ask again, or mark it as incomplete.
/// </remarks>
public class StreamInterruptedException : LlmResilienceException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message; never the text.</param>
    /// <param name="endpointName">The name of the endpoint whose stream it was.</param>
    /// <param name="kind">What broke it.</param>
    /// <param name="partialText">The text that the app had been given.</param>
    /// <param name="attempts">The request's attempts, in order, the one that broke included.</param>
    /// <param name="innerException">What was thrown, if something was.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endpointName"/> or <paramref name="partialText"/> is null.</exception>
    public StreamInterruptedException(
        string message, string endpointName, FailureKind kind, string partialText, IReadOnlyList<FailedAttempt>? attempts = null, Exception? innerException = null)
        : base(message, attempts ?? [], partialText, innerException)
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        EndpointName = endpointName;
        Kind = kind;
    }

    /// <summary>The name of the endpoint whose stream it was.</summary>
    public string EndpointName { get; }

    /// <summary>
    /// What broke it: <see cref="FailureKind.StreamInterrupted"/> or <see cref="FailureKind.StreamStalled"/>; and where the provider said
    /// that the request brought it about, <see cref="FailureKind.ContentFiltered"/>, <see cref="FailureKind.InvalidRequest"/>,
    /// <see cref="FailureKind.ContextLengthExceeded"/> or <see cref="FailureKind.NotSupported"/>.
    /// </summary>
    public FailureKind Kind { get; }

    Failure IClassifiedException.Failure => new(Kind);
}
