namespace LlmResilience;

/// <summary>A stream fell silent after its first token.</summary>
/// <remarks>Thrown by the stream's <c>MoveNextAsync</c>, as any other break of a stream.</remarks>
public sealed class StreamStalledException : StreamInterruptedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message; never the text.</param>
    /// <param name="endpointName">The name of the endpoint whose stream it was.</param>
    /// <param name="timeout">The limit.</param>
    /// <param name="partialText">The text that the app had been given.</param>
    /// <param name="attempts">The request's attempts, in order, the one that fell silent included.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endpointName"/> or <paramref name="partialText"/> is null.</exception>
    public StreamStalledException(string message, string endpointName, TimeSpan timeout, string partialText, IReadOnlyList<FailedAttempt>? attempts = null)
        : base(message, endpointName, FailureKind.StreamStalled, partialText, attempts) => Timeout = timeout;

    /// <summary>The limit that was exceeded: <see cref="EndpointTimeouts.BetweenTokens"/>.</summary>
    public TimeSpan Timeout { get; }

    internal static StreamStalledException For(string endpoint, TimeSpan timeout, string partialText)
        => new($"Endpoint '{endpoint}' fell silent after its first token for {timeout}.", endpoint, timeout, partialText);
}
