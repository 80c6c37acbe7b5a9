using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>One stream from one endpoint, from the call to the end of the stream, with its clocks and its own cancellation.</summary>
/// <remarks>
/// The provider is given a token that belongs to this attempt alone and lives until the client has let go: a pooled one could be cancelled
/// by another request's timeout, or miss the app's cancel. The attempt is that token's source itself, which saves every stream an object.
/// </remarks>
#pragma warning disable CA2213, CA1001 // Its parts end with the stream, in LetGo.
internal sealed partial class StreamAttempt : CancellationTokenSource
#pragma warning restore CA2213, CA1001
{
    private const int Booked = 1;
    private const int Ended = 2;
    private const int Released = 4;

    private readonly StreamRequest _request;
    private readonly Endpoint _endpoint;
    private readonly long _startedAt;
    private IAsyncEnumerator<ChatResponseUpdate>? _updates;
    private CancellationTokenRegistration _appCancelled;
    private Admission _admission;
    private bool _committed;

    // What has been done, each once, by whichever thread comes first.
    private int _done;

    public StreamAttempt(StreamRequest request, Endpoint endpoint, Admission admission, long startedAt)
    {
        _request = request;
        _endpoint = endpoint;
        _admission = admission;
        _startedAt = startedAt;
        endpoint.Load.Begin();
    }

    /// <summary>Asks the client for the stream. Throws what the client throws at once.</summary>
    public void Open(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (_request.AppToken.CanBeCanceled)
        {
            _appCancelled = _request.AppToken.UnsafeRegister(static attempt => ((StreamAttempt)attempt!).OnAppCancelled(), this);
        }

        var stream = _endpoint.Client.GetStreamingResponseAsync(messages, options, Token) ?? throw NullFromClient("stream");
        _updates = stream.GetAsyncEnumerator(Token) ?? throw NullFromClient("enumerator");
    }

    /// <summary>The first token is about to be handed out: books the success, unless the last candidate's lateness was booked as a failure.</summary>
    public void Commit(long now)
    {
        _committed = true;
        var duration = now - _startedAt;
        if (IsFirst(Booked))
        {
            _endpoint.BookSuccess(ref _admission, now);
        }

        _endpoint.Load.RecordFirstToken(duration);
        _endpoint.Telemetry.FirstToken(duration);
        Track(_request.Current);
    }

    /// <summary>The attempt failed before the commit: books it, and lets go of the client without waiting for it.</summary>
    public void Fail(in Failure failure, Exception exception, long now)
    {
        if (IsFirst(Booked))
        {
            if (IsCensored(exception))
            {
                _endpoint.Health.Ignored(_admission, now);
            }
            else
            {
                _endpoint.BookFailure(_admission, failure, now);
            }
        }

        End(failure.Kind);
        CancelClient();
        Release();
    }

    /// <summary>The app's wait is over: it disposed the stream while an update was awaited.</summary>
    public void Stop()
    {
        if (_guard?.Abandon(new OperationCanceledException("The stream was disposed while an update was awaited.")) != true)
        {
            CancelClient();
        }
    }

    /// <summary>The app is done with the stream, at its end or before, and no move of its is under way.</summary>
    public void LetGo()
    {
        if (End(outcome: null))
        {
            // Stopped early: the provider need not go on generating.
            CancelClient();
        }

        Release();
    }

    /// <summary>Nobody waits for the pending move any more; it is observed and cleaned up when it ends.</summary>
    public void OnAbandoned(Exception exception)
    {
        _endpoint.Load.BeginOrphan();
        if (_committed && exception is StreamStalledException)
        {
            BookBreak(exception);
        }
        else if (exception is OperationCanceledException)
        {
            End(FailureKind.Cancelled);
        }
    }

    public void EndOrphan()
    {
        ReleaseClient();
        _endpoint.Load.EndOrphan();
    }

    public void CancelClient()
    {
        if (this.CancelQuietly() is { } exception)
        {
            _endpoint.Telemetry.CleanUpFailed(exception);
        }
    }

    private InvalidDataException NullFromClient(string what) => new($"The client of endpoint '{_endpoint.Name}' returned a null {what}.");

    // One more sample, beside the success of the first token.
    private void BookBreak(Exception exception)
    {
        var kind = exception is StreamStalledException ? FailureKind.StreamStalled : FailureKind.StreamInterrupted;
        if (End(kind) && !IsCensored(exception))
        {
            _endpoint.BookFailure(_admission, new Failure(kind), _endpoint.Clock.Now);
        }
    }

    private void OnAppCancelled()
    {
        CancelClient();
        _guard?.Abandon(new OperationCanceledException(_request.CancelledToken));
    }

    /// <summary>The attempt is over, once: counted, and no clock of it runs any more.</summary>
    private bool End(FailureKind? outcome)
    {
        if (!IsFirst(Ended))
        {
            return false;
        }

        _endpoint.Load.End();
        _guard?.StopTimer();
        _appCancelled.Unregister();

        // Last: a logger or a listener of the app's may throw.
        _endpoint.Telemetry.AttemptEnded(outcome, _endpoint.Clock.Now - _startedAt);
        return true;
    }

    /// <summary>Lets go of the client, unless an abandoned move is still pending: then its end does.</summary>
    private void Release()
    {
        if (_guard is not { IsAbandoned: true })
        {
            ReleaseClient();
        }
    }

    private void ReleaseClient()
    {
        if (IsFirst(Released))
        {
            _text.Release();
            BackgroundDisposal.Run(_endpoint, _updates, this);
        }
    }

    private bool IsFirst(int deed) => (Interlocked.Or(ref _done, deed) & deed) == 0;
}
