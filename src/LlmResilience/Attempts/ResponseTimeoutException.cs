using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>An attempt that does not stream brought no response in time.</summary>
/// <remarks>Apps find it in <see cref="LlmResilienceException.Attempts"/>.</remarks>
public sealed class ResponseTimeoutException : TimeoutException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="timeout">The limit.</param>
    public ResponseTimeoutException(string message, TimeSpan timeout)
        : base(message) => Timeout = timeout;

    /// <summary>
    /// The limit that was exceeded: <see cref="EndpointTimeouts.Response"/>, <see cref="EndpointTimeouts.ResponseAtLastEndpoint"/>, or the
    /// attempt's share of <see cref="LlmResilienceOptions.RequestTimeout"/>.
    /// </summary>
    public TimeSpan Timeout { get; }

    Failure IClassifiedException.Failure => new(FailureKind.ResponseTimeout);

    internal static ResponseTimeoutException For(string endpoint, TimeSpan timeout)
        => new($"Endpoint '{endpoint}' sent no response within {timeout}.", timeout);
}
