namespace LlmResilience;

/// <summary>The stream fell silent after its first token.</summary>
public sealed class StreamStalledException : TimeoutException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message; never the text.</param>
    /// <param name="timeout">The limit.</param>
    /// <param name="partialText">The text that the app had been given.</param>
    public StreamStalledException(string message, TimeSpan timeout, string partialText)
        : base(message)
    {
        Timeout = timeout;
        PartialText = partialText;
    }

    /// <summary>The limit that was exceeded: <see cref="EndpointTimeouts.BetweenTokens"/>.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The text that the app had been given before the silence. It is an answer cut short.</summary>
    public string PartialText { get; }

    /// <summary>The timeout says nothing about the endpoint: its timer went off far too late, or the request had less time than the endpoint's limit.</summary>
    internal bool IsCensored { get; init; }
}
