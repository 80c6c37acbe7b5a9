using LlmResilience.Endpoints;
using LlmResilience.Failures;
using Microsoft.Extensions.AI;

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
        if (failure.Kind == FailureKind.Unknown)
        {
            endpoint.Telemetry.NotUnderstood(FailureClassification.Unwrap(exception));
        }

        if (isStreaming && failure.Kind == FailureKind.ResponseTimeout)
        {
            // A client's own timeout; what it did not bring in time is the first token.
            failure = failure with { Kind = FailureKind.FirstTokenTimeout };
        }

        return new AttemptFailure(failure, exception);
    }

    /// <summary>An error that the client handed out as content.</summary>
    public static AttemptFailure Reported(Endpoint endpoint, ErrorContent error)
    {
        var exception = UnusableResponseException.Error(endpoint, error);
        return new AttemptFailure(((IClassifiedException)exception).Failure, exception);
    }

    /// <summary>What the client threw after the commit, perhaps after it had reported an error as content.</summary>
    public static AttemptFailure AfterCommit(Endpoint endpoint, Exception exception, AttemptFailure? reported, string partialText)
    {
        if (exception is StreamInterruptedException interrupted)
        {
            return new AttemptFailure(new Failure(interrupted.Kind), interrupted);
        }

        // An exception of .NET's in the midst of a stream is the client's mistake, whatever it would have been before.
        var isMistake = exception is ArgumentException or NotSupportedException;
        var named = reported?.Failure ?? (isMistake ? default : endpoint.Classify(exception));
        return Interrupted(endpoint, "broke after its first token", named, partialText, exception);
    }

    public static AttemptFailure EndedTooEarly(Endpoint endpoint, AttemptFailure? reported, string partialText)
        => reported is null
            ? Interrupted(endpoint, "ended without a finish reason", default, partialText, innerException: null)
            : Interrupted(endpoint, "ended with an error", reported.Failure, partialText, reported.Exception);

    public static AttemptFailure RequestTimeout(TimeSpan timeout, string partialText)
        => new(new Failure(FailureKind.RequestTimeout), new RequestTimeoutException(timeout, [], partialText));

    // What the prompt brought about is no illness of the endpoint's; all else is an interruption, whatever it would have been before.
    private static AttemptFailure Interrupted(Endpoint endpoint, string what, in Failure named, string partialText, Exception? innerException)
    {
        var kind = named.Kind is FailureKind.ContentFiltered or FailureKind.InvalidRequest or FailureKind.ContextLengthExceeded or FailureKind.NotSupported
            ? named.Kind
            : FailureKind.StreamInterrupted;
        var exception = new StreamInterruptedException(
            $"The stream of endpoint '{endpoint.Name}' {what}.", endpoint.Name, kind, partialText, innerException: innerException);
        return new AttemptFailure(new Failure(kind) { StatusCode = named.StatusCode, ErrorCode = named.ErrorCode }, exception);
    }
}
