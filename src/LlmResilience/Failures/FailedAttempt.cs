namespace LlmResilience;

/// <summary>One attempt of a request that failed.</summary>
public sealed class FailedAttempt
{
    /// <summary>Creates the description of an attempt.</summary>
    /// <param name="endpointName">The endpoint's name.</param>
    /// <param name="kind">What went wrong.</param>
    /// <param name="duration">How long the attempt took.</param>
    /// <param name="exception">What was thrown.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endpointName"/> or <paramref name="exception"/> is null.</exception>
    public FailedAttempt(string endpointName, FailureKind kind, TimeSpan duration, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        ArgumentNullException.ThrowIfNull(exception);
        EndpointName = endpointName;
        Kind = kind;
        Duration = duration;
        Exception = exception;
    }

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; }

    /// <summary>What went wrong.</summary>
    public FailureKind Kind { get; }

    /// <summary>How long the attempt took, from the call of the endpoint's client until its failure was known.</summary>
    public TimeSpan Duration { get; }

    /// <summary>What was thrown, by the endpoint's client or about it. Its message may hold what the provider wrote, so it is no text for logs.</summary>
    public Exception Exception { get; }

    /// <summary>The endpoint itself: after a reload there may be another one of its name.</summary>
    internal object? Source { get; init; }
}
