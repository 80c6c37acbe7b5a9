namespace LlmResilience;

/// <summary>No first token came in time.</summary>
public sealed class FirstTokenTimeoutException : TimeoutException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="timeout">The limit.</param>
    public FirstTokenTimeoutException(string message, TimeSpan timeout)
        : base(message) => Timeout = timeout;

    /// <summary>The limit that was exceeded.</summary>
    public TimeSpan Timeout { get; }

    internal static FirstTokenTimeoutException For(string endpoint, TimeSpan timeout, bool isCensored)
        => new($"Endpoint '{endpoint}' sent no first token within {timeout}.", timeout) { IsCensored = isCensored };

    /// <summary>The timeout says nothing about the endpoint: its timer went off far too late, or the request had less time than the endpoint's limit.</summary>
    internal bool IsCensored { get; init; }
}
