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
    private GuardedMove? _guard;
    private Admission _admission;
    private PartialText _text;
    private bool _committed;
    private bool _sawFinishReason;
    private bool _sawError;

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

    /// <summary>Why the stream ended before its commit. Until then nothing is thrown on, since each level of it would cost microseconds.</summary>
    public Exception? Failure { get; private set; }

    public ValueTask<bool> MoveNextAsync() => TryMove(out var otherwise) ? new ValueTask<bool>(true) : otherwise;

    /// <summary>Moves on at once, as most moves do, or says how the move goes otherwise: later, to the end, or not at all.</summary>
    /// <remarks>A plain <see langword="bool"/> stays in a register; a task that is made here is written to memory and read again by each caller.</remarks>
    public bool TryMove(out ValueTask<bool> otherwise)
    {
        otherwise = default;
        try
        {
            var move = _updates!.MoveNextAsync();
            if (!move.IsCompleted)
            {
                otherwise = Guard(move);
                return false;
            }

#pragma warning disable VSTHRD002 // It has completed.
            var moved = Observe(move.GetAwaiter().GetResult());
#pragma warning restore VSTHRD002
            EndMove(moved);
            return moved;
        }
#pragma warning disable CA1031 // Whatever the client throws is the waiter's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (EndMoveWith(Translate(exception)) is { } thrown)
            {
                otherwise = ValueTask.FromException<bool>(thrown);
            }

            return false;
        }
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

    /// <summary>A move of the app's is over: it may begin the next one, if there is one. Until the commit the moves are the request's own.</summary>
    public void EndMove(bool goesOn)
    {
        if (_committed)
        {
            _request.EndMove(goesOn);
        }
    }

    /// <summary>The same for a move that failed.</summary>
    /// <returns>What the app is told; nothing before the commit, when the move ends as if the stream did.</returns>
    public Exception? EndMoveWith(Exception exception)
    {
        if (_committed)
        {
            _request.EndMove(goesOn: false);
            return exception;
        }

        Failure = exception;
        return null;
    }

    /// <summary>Looks at what a move brought, on its way to the app.</summary>
    public bool Observe(bool moved)
    {
        if (moved)
        {
            var update = _request.Current = _updates!.Current ?? throw NullFromClient("update");
            if (_committed)
            {
                Track(update);
            }
        }
        else if (_committed)
        {
            if (!_sawFinishReason && (_sawError || _endpoint.RequiresFinishReason))
            {
                throw new StreamInterruptedException($"The stream of endpoint '{_endpoint.Name}' ended without a finish reason.", _text.ToString());
            }

            End(outcome: null);
        }

        return moved;
    }

    /// <summary>What the app is told: after the commit, that the stream broke, with what it has seen so far.</summary>
    public Exception Translate(Exception exception)
    {
        if (_request.IsCancelled)
        {
            End(FailureKind.Cancelled);
            return new OperationCanceledException(_request.CancelledToken);
        }

        if (!_committed)
        {
            return exception;
        }

        var interrupted = exception as StreamInterruptedException
            ?? new StreamInterruptedException($"The stream of endpoint '{_endpoint.Name}' broke after its first token.", _text.ToString(), exception);
        BookBreak(interrupted);
        return interrupted;
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

    private ValueTask<bool> Guard(ValueTask<bool> move)
    {
        var guard = _guard ??= new GuardedMove(this, _endpoint.Clock);
        var task = guard.Begin(move, _committed || _progresses ? DueForNextToken() : DueForFirstToken());

        // A cancel or a dispose that came before the move was pending found nobody to tell.
        if (_request.IsCancelled)
        {
            guard.Abandon(new OperationCanceledException(_request.CancelledToken));
        }

        return task;
    }

    private void Track(ChatResponseUpdate update)
    {
        // Nearly every update is one piece of text, and asking it for the text of all its contents costs more than looking at that one.
        var text = update.Contents is List<AIContent> { Count: 1 } contents && contents[0] is TextContent only ? only.Text : update.Text;
        if (!string.IsNullOrEmpty(text))
        {
            _text.Append(text);
        }
        else if (FirstToken.Inspect(update) == FirstTokenSignal.Error)
        {
            _sawError = true;
        }

        if (update.FinishReason is not null)
        {
            _sawFinishReason = true;
            _endpoint.SawFinishReason();
        }
    }

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
        _endpoint.Telemetry.AttemptEnded(outcome, _endpoint.Clock.Now - _startedAt);
        _guard?.StopTimer();
        _appCancelled.Unregister();
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
