namespace LlmResilience;

/// <summary>What <see cref="LlmResilienceEvents.OnRequestFailed"/> is told.</summary>
public sealed class RequestFailedContext
{
    /// <summary>Creates the context.</summary>
    /// <param name="exception">What the app gets.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public RequestFailedContext(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Exception = exception;
    }

    /// <summary>The name under which the client was registered; empty for the default one.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>What the app gets: a <see cref="LlmResilienceException"/>, or the provider's own where the failure is the request's fault. Its message may hold what the provider wrote.</summary>
    public Exception Exception { get; }

    /// <summary>How many attempts were made.</summary>
    public int AttemptCount { get; init; }
}
