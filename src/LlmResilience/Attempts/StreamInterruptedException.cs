namespace LlmResilience;

/// <summary>The stream broke after its first token: cut, reset, malformed, or ended without a finish reason.</summary>
public sealed class StreamInterruptedException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message; never the text.</param>
    /// <param name="partialText">The text that the app had been given.</param>
    /// <param name="innerException">What broke it, if something was thrown.</param>
    public StreamInterruptedException(string message, string partialText, Exception? innerException = null)
        : base(message, innerException) => PartialText = partialText;

    /// <summary>The text that the app had been given before the stream broke. It is an answer cut short.</summary>
    public string PartialText { get; }
}
