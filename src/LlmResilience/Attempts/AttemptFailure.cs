using LlmResilience.Endpoints;

namespace LlmResilience.Attempts;

/// <summary>How an attempt failed, before its commit or after it.</summary>
/// <param name="Failure">The classified failure.</param>
/// <param name="Exception">What was thrown, or says what happened.</param>
internal sealed record AttemptFailure(Failure Failure, Exception Exception)
{
    public FailureKind Kind => Failure.Kind;

    /// <summary>The timer that found it went off far too late, so it says nothing about the endpoint.</summary>
    public bool TimerWasLate { get; init; }

    /// <summary>The endpoint had not all the time that it is given: the request keeps the rest for those that come after it.</summary>
    public bool WasCutShort { get; init; }

    /// <summary>The attempt used up its share of the request's time before the endpoint's own limit. Nobody's failure: so long at least it would have taken.</summary>
    public static AttemptFailure CutShort(FailureKind kind, Exception exception) => new(new Failure(kind), exception) { WasCutShort = true };

    /// <summary>The app canceled, or disposed its stream: nobody waits for an answer.</summary>
    public static AttemptFailure Canceled(OperationCanceledException exception) => new(new Failure(FailureKind.Canceled), exception);

    public static AttemptFailure Canceled(CancellationToken token) => Canceled(new OperationCanceledException(token));

    /// <summary>What the client threw before the commit.</summary>
    public static AttemptFailure BeforeCommit(Endpoint endpoint, Exception exception, bool isStreaming)
    {
        var failure = endpoint.Classify(exception);
        if (isStreaming && failure.Kind == FailureKind.ResponseTimeout)
        {
            // A client's own timeout; what it did not bring in time is the first token.
            failure = failure with { Kind = FailureKind.FirstTokenTimeout };
        }

        return new AttemptFailure(failure, exception);
    }

    /// <summary>What the client threw after the commit.</summary>
    public static AttemptFailure AfterCommit(Endpoint endpoint, Exception exception, string partialText)
        => exception is StreamInterruptedException interrupted
            ? new AttemptFailure(new Failure(interrupted.Kind), interrupted)
            : Interrupted(endpoint, "broke after its first token", partialText, exception);

    public static AttemptFailure EndedTooEarly(Endpoint endpoint, string partialText)
        => Interrupted(endpoint, "ended without a finish reason", partialText, innerException: null);

    public static AttemptFailure RequestTimeout(TimeSpan timeout, string partialText)
        => new(new Failure(FailureKind.RequestTimeout), new RequestTimeoutException(timeout, [], partialText));

    private static AttemptFailure Interrupted(Endpoint endpoint, string what, string partialText, Exception? innerException)
    {
        var exception = new StreamInterruptedException(
            $"The stream of endpoint '{endpoint.Name}' {what}.", endpoint.Name, FailureKind.StreamInterrupted, partialText, innerException: innerException);
        return new AttemptFailure(new Failure(FailureKind.StreamInterrupted), exception);
    }
}
