namespace LlmResilience;

/// <summary>No response came in time.</summary>
public sealed class ResponseTimeoutException : TimeoutException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="timeout">The limit.</param>
    public ResponseTimeoutException(string message, TimeSpan timeout)
        : base(message) => Timeout = timeout;

    /// <summary>The limit that was exceeded.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The timeout says nothing about the endpoint: its timer went off far too late, or the request had less time than the endpoint's limit.</summary>
    internal bool IsCensored { get; init; }

    internal static ResponseTimeoutException For(string endpoint, TimeSpan timeout, bool isCensored)
        => new($"Endpoint '{endpoint}' sent no response within {timeout}.", timeout) { IsCensored = isCensored };
}
