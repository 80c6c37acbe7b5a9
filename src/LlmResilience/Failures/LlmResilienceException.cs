namespace LlmResilience;

/// <summary>A request failed for good. What an app catches to handle all of these alike.</summary>
/// <remarks>
/// Not below it: the app's own cancel (<see cref="OperationCanceledException"/>), and failures that are the request's own fault, such as
/// a wrong argument or a filtered prompt, which reach the app as the provider's original exception while no text has been handed out.
/// </remarks>
public abstract class LlmResilienceException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message; never a text of the provider's or the app's.</param>
    /// <param name="attempts">The attempts that failed, in order.</param>
    /// <param name="partialText">The text that the app had been given.</param>
    /// <param name="innerException">What was thrown below it, if something was.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attempts"/> or <paramref name="partialText"/> is null.</exception>
    protected LlmResilienceException(string message, IReadOnlyList<FailedAttempt> attempts, string partialText, Exception? innerException)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        ArgumentNullException.ThrowIfNull(partialText);
        Attempts = attempts;
        PartialText = partialText;
    }

    /// <summary>The attempts that failed, in order; the last one is the one that ended the request.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; internal set; }

    /// <summary>The text that the app had been given before the request failed: an answer cut short. Empty if there was none.</summary>
    public string PartialText { get; }
}
