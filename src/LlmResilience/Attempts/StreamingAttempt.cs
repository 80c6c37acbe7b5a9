using System.Runtime.CompilerServices;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Limits;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>One stream from one endpoint: opened and read up to its first token, then from one update to the next, to its end.</summary>
/// <remarks>
/// <para>
/// The provider is given a token that belongs to this attempt alone and lives until the client has let go: a pooled one could be canceled
/// by another request's timeout, or miss the app's cancel. The attempt is that token's source itself, which saves every stream an object.
/// </para>
/// <para>
/// It is moved by one thread at a time, whoever is through its owner's gate. A move that does not complete at once is a
/// <see cref="PendingMove"/>: its timer, the app's cancel and the stream's disposal come on threads of their own, and the first of them
/// ends the wait. What each of them writes into the books is in <see cref="AttemptBooking"/>. It tells its owner nothing before its
/// commit, so that several may race for one request.
/// </para>
/// <para>
/// It is long and yet one idea, the life of one stream at one endpoint: opening, moving, breaking and closing write the same few fields
/// in an order that only holds while it can be read in one place. What could be told apart has its own type: the clock, the books, the
/// wait, the failures, the answer so far.
/// </para>
/// </remarks>
#pragma warning disable CA2213, CA1001 // Its parts end with the stream, in Close.
internal sealed class StreamingAttempt : CancellationTokenSource
#pragma warning restore CA2213, CA1001
{
    // After the first token, where a clock can run out at all between updates that are there at once, so many of them share one look at
    // it. A power of two less one.
    private const byte MovesBetweenLooks = 63;

    private readonly IStreamOwner _owner;
    private AttemptBooking _booking;
    private IAsyncEnumerator<ChatResponseUpdate>? _updates;
    private CancellationTokenRegistration _appCanceled;
    private PendingMove? _pendingMove;
    private PartialAnswer _answer;

    private Preamble _preamble;
    private Stage _stage;
    private bool _looksAtClock;
    private byte _moves;

    // How far it has come: one byte, since with one more than it has an attempt is a word larger.
    private enum Stage : byte
    {
        Silent,

        /// <summary>The provider is at work, though nothing has come that could be handed out.</summary>
        Generating,
        Committed,
    }

    public StreamingAttempt(IStreamOwner owner, Endpoint endpoint, in Admission admission, long startedAt)
    {
        _owner = owner;
        _booking = AttemptBooking.Begin(endpoint, admission, startedAt, isStreaming: true);
    }

    public Endpoint Endpoint => _booking.Endpoint;

    public long StartedAt => _booking.StartedAt;

    public bool IsCommitted => _stage == Stage.Committed;

    /// <summary>What the last move brought, or the last update of the preamble that was handed out.</summary>
    public ChatResponseUpdate Current { get; private set; } = null!;

    public string PartialText => _answer.Text;

    /// <summary>Its finish reason has come: nothing that happens to it now is a failure.</summary>
    public bool IsWhole => _answer.IsWhole;

    /// <summary>Why the last move failed, or what the provider has reported beside its answer. Before the commit nothing is thrown on, since each level of it would cost microseconds.</summary>
    public AttemptFailure? Failure { get; private set; }

    public bool HasPreamble => !_preamble.IsEmpty;

    /// <summary>Whether a move did not complete at once.</summary>
    public bool HasWaited => _pendingMove is not null;

    /// <summary>The first update that the app will get, once the attempt is committed.</summary>
    public ChatResponseUpdate FirstUpdate => _preamble.IsEmpty ? Current : _preamble.First;

    /// <summary>Asks the client for the stream and reads it up to its first token. What fails on the way is booked, and the client let go of.</summary>
    /// <returns><see langword="null"/> if it got to its commit.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptFailure?> OpenAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        try
        {
            Ask(messages, options);
            ChatResponseUpdate? previous = null;
            while (await MoveAsync().ConfigureAwait(false))
            {
                switch (FirstTokenDetector.Inspect(Current, out var error))
                {
                    case FirstTokenSignal.Commit:
                        Commit();
                        return null;
                    case FirstTokenSignal.Error:
                        return Fail(Classify(UnusableResponseException.Error(Endpoint, error!)));
                    case FirstTokenSignal.Preamble when BackgroundResponses.HasToken(Current) && BackgroundResponses.AreAllowed(options):
                        // The job is begun, and the app asked to be told.
                        Commit();
                        return null;
                }

                if ((Hold(Current, previous) ?? LookAtClock()) is { } failure)
                {
                    return Fail(failure);
                }

                previous = Current;
            }

            if (Failure is null && HasPreamble && BackgroundResponses.HasToken(Current))
            {
                // The latest token is the one to ask with.
                _preamble.EndWith(Current);
                CommitPreamble();
                return null;
            }

            return Fail(Failure ?? Classify(UnusableResponseException.Empty(Endpoint.Name)));
        }
#pragma warning disable CA1031 // Every exception of the client is classified.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fail(Classify(exception));
        }
    }

    /// <summary>Makes the next update of the preamble the current one.</summary>
    /// <returns>Whether there are more.</returns>
    public bool HandOutPreamble()
    {
        Current = _preamble.TakeNext();
        return HasPreamble;
    }

    /// <summary>Moves on, at once as most moves do, or later.</summary>
    /// <remarks>An outcome stays in a register; a task that is made here is written to memory and read again by each caller.</remarks>
    public MoveOutcome TryMove(out ValueTask<bool> pending)
    {
        pending = default;

        // A client whose updates are all there at once never meets the timer or an awaiting app: it is looked after here.
        if ((IsCancellationRequested || (_looksAtClock && (++_moves & MovesBetweenLooks) == 0)) && FindEnd() is { } end)
        {
            return FailMove(end);
        }

        try
        {
            var move = _updates!.MoveNextAsync();
            if (!move.IsCompleted)
            {
                pending = Await(move);
                return MoveOutcome.Pending;
            }

#pragma warning disable VSTHRD002 // It has completed.
            return Observe(move.GetAwaiter().GetResult());
#pragma warning restore VSTHRD002
        }
#pragma warning disable CA1031 // Whatever the client throws is the waiter's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fail(exception);
        }
    }

    /// <summary>Looks at what the client's move brought, on its way to the app.</summary>
    public MoveOutcome Observe(bool moved)
    {
        if (!moved)
        {
            return ObserveEnd();
        }

        var update = _updates!.Current ?? throw NullFromClient("update");
        Current = update;
        if (IsCommitted && _answer.Add(update, Endpoint))
        {
            NoteEnd(update);
        }

        return MoveOutcome.Moved;
    }

    /// <summary>The client's move threw.</summary>
    public MoveOutcome Fail(Exception exception) => FailMove(Classify(exception));

    /// <summary>A move that was awaited is complete. Until the commit it was the attempt's own.</summary>
    /// <returns>What the app is told instead of a result.</returns>
    public Exception? CompleteMove(MoveOutcome outcome)
    {
        if (IsCommitted && outcome == MoveOutcome.Failed)
        {
            return _owner.OnMoveFailed(Failure!);
        }

        if (IsCommitted)
        {
            _owner.OnMoveCompleted(outcome == MoveOutcome.Moved);
        }

        return null;
    }

    public void OnResultTaken()
    {
        if (IsCommitted)
        {
            _owner.OnResultTaken();
        }
    }

    /// <summary>A move is about to be awaited.</summary>
    public void SetTimeout(ref AttemptTimeouts timeouts)
    {
        if (_answer.IsOver)
        {
            timeouts.WaitForRest(this, _owner);
        }
        else if (_stage != Stage.Silent)
        {
            timeouts.WaitForNextToken(this, _owner);
        }
        else
        {
            timeouts.WaitForFirstToken(this, _owner);
        }

        HoldProbe(timeouts);
    }

    /// <summary>The awaited move is overdue. Called while nobody else may look.</summary>
    public AttemptFailure? OnOverdue(ref AttemptTimeouts timeouts, long now, out bool isFirstTokenLate)
    {
        var failure = timeouts.GoOff(this, _owner, now, out isFirstTokenLate);
        HoldProbe(timeouts);
        return failure;
    }

    /// <summary>The app waits on, but the first token is late all the same: books it, unless the token came meanwhile.</summary>
    public void OnFirstTokenLate(long now) => _booking.FirstTokenIsLate(now);

    /// <summary>Nobody waits for the pending move any more; it is observed and cleaned up when it ends.</summary>
    public MoveOutcome OnMoveAbandoned(AttemptFailure failure)
    {
        Endpoint.Load.BeginAbandoned();
        return FailMove(failure);
    }

    public void OnAbandonedMoveEnded()
    {
        ReleaseClient(onPool: false);
        Endpoint.Load.EndAbandoned();
    }

    /// <summary>The app disposed its stream while an update was awaited: ends that wait.</summary>
    public void Abandon()
    {
        var disposed = AttemptFailure.Canceled(new OperationCanceledException("The stream was disposed while an update was awaited."));
        if (_pendingMove?.Abandon(disposed) != true)
        {
            CancelClient();
        }
    }

    /// <summary>The app is done with the stream, at its end or before, and no move of its is under way.</summary>
    public void Close()
    {
        var isStoppedEarly = End(outcome: null);
        if (isStoppedEarly)
        {
            // The provider need not go on generating.
            CancelClient();
        }

        Release(onPool: isStoppedEarly || Failure is not null);
    }

    public void CancelClient() => ClientRelease.Cancel(Endpoint, this);

    // A probe is decided at the commit.
    private void HoldProbe(in AttemptTimeouts timeouts)
    {
        if (!IsCommitted)
        {
            _booking.HoldProbe(timeouts.Due);
        }
    }

    private void Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (Endpoint.Load.Latency.IsRead)
        {
            _booking.NotePrompt(TokenEstimator.Estimate(messages, options));
        }

        if (_owner.AppToken.CanBeCanceled)
        {
            _appCanceled = _owner.AppToken.UnsafeRegister(static attempt => ((StreamingAttempt)attempt!).OnAppCanceled(), this);
        }

        var stream = Endpoint.Client.GetStreamingResponseAsync(Endpoint.MessagesFor(messages), options, Token) ?? throw NullFromClient("stream");
        _updates = stream.GetAsyncEnumerator(Token) ?? throw NullFromClient("enumerator");
    }

    private ValueTask<bool> MoveAsync() => TryMove(out var pending) switch
    {
        MoveOutcome.Moved => new ValueTask<bool>(true),
        MoveOutcome.Pending => pending,
        _ => default,
    };

    private ValueTask<bool> Await(ValueTask<bool> move)
    {
        var pendingMove = WaitMachine();
        var task = pendingMove.Begin(move);

        // A cancel or a dispose that came before the move was pending found nobody to tell.
        if (_owner.IsCanceled)
        {
            pendingMove.Abandon(AttemptFailure.Canceled(_owner.CanceledToken));
        }

        return task;
    }

    private AttemptFailure? Hold(ChatResponseUpdate update, ChatResponseUpdate? previous)
    {
        _answer.StampReasoning(update, Endpoint);
        Endpoint.States.Note(update, Endpoint);
        if (_stage == Stage.Silent && Endpoint.Settings.IsProgress(update))
        {
            _stage = Stage.Generating;
        }

        return _preamble.TryHold(update, previous) ? null : Classify(UnusableResponseException.TooMuchBeforeFirstToken(Endpoint.Name));
    }

    private void NoteEnd(ChatResponseUpdate update)
    {
        _looksAtClock |= _answer.IsWhole;
        if (FirstTokenDetector.Inspect(update, out var error) == FirstTokenSignal.Error)
        {
            // It is one if the stream breaks or ends with it, and is not when the answer comes to its finish reason all the same.
            Failure = AttemptFailure.Reported(Endpoint, error!);
        }
    }

    private AttemptFailure? FindEnd()
    {
        if (_owner.IsCanceled)
        {
            return AttemptFailure.Canceled(_owner.CanceledToken);
        }

        return IsCommitted ? LookAtClock() : null;
    }

    /// <summary>Looks at the clock between two moves. Nearly always no limit is near, and the machine for waits is not needed.</summary>
    private AttemptFailure? LookAtClock()
    {
        var now = Endpoint.Clock.Now;
        var deadline = IsCommitted ? _owner.Deadline : _owner.DeadlineBeforeCommit(StartedAt);
        if (now < deadline && !_answer.IsWhole && (IsCommitted || !IsFirstTokenDue(now)))
        {
            return null;
        }

        return WaitMachine().LookAtClock(now);
    }

    private bool IsFirstTokenDue(long now) => Endpoint.Settings.FirstToken is > 0 and var limit && now >= Ticks.Add(StartedAt, limit);

    private PendingMove WaitMachine() => _pendingMove ??= new PendingMove(this, _owner.OnFirstWait(Endpoint));

    /// <summary>The first token is about to be handed out.</summary>
    private void Commit()
    {
        CommitPreamble();
        if (_answer.Add(Current, Endpoint))
        {
            NoteEnd(Current);
        }

        _preamble.Complete(Current);
    }

    /// <summary>What has come so far is an answer.</summary>
    private void CommitPreamble()
    {
        _stage = Stage.Committed;
        _looksAtClock = _owner.Deadline != long.MaxValue;
        _booking.FirstToken(Endpoint.Clock.Now);
    }

    private MoveOutcome ObserveEnd()
    {
        if (!IsCommitted)
        {
            return MoveOutcome.Ended;
        }

        if (_answer.IsCut(Endpoint, Current))
        {
            return FailMove(AttemptFailure.EndedTooEarly(Endpoint, Failure, PartialText));
        }

        End(outcome: null);
        return MoveOutcome.Ended;
    }

    private AttemptFailure Classify(Exception exception)
    {
        if (_owner.IsCanceled)
        {
            return AttemptFailure.Canceled(_owner.CanceledToken);
        }

        return IsCommitted
            ? AttemptFailure.AfterCommit(Endpoint, exception, Failure, PartialText)
            : AttemptFailure.BeforeCommit(Endpoint, exception, isStreaming: true);
    }

    private InvalidDataException NullFromClient(string what) => new($"The client of endpoint '{Endpoint.Name}' returned a null {what}.");

    private MoveOutcome FailMove(AttemptFailure failure)
    {
        Failure = failure;
        if (failure.Kind == FailureKind.Canceled)
        {
            End(FailureKind.Canceled);
        }
        else if (_answer.IsWhole)
        {
            End(outcome: null);
            return MoveOutcome.Ended;
        }
        else if (IsCommitted)
        {
            StopClocks();
            _booking.Break(failure, Endpoint.Clock.Now);
        }

        // Else OpenAsync, whose move it was, books it.
        return MoveOutcome.Failed;
    }

    /// <summary>The attempt failed before its commit: books it, and lets go of the client without waiting for it.</summary>
    private AttemptFailure Fail(AttemptFailure failure)
    {
        StopClocks();
        _booking.Fail(failure, Endpoint.Clock.Now);
        CancelClient();
        Release(onPool: true);
        return failure;
    }

    private bool End(FailureKind? outcome)
    {
        StopClocks();
        return _booking.End(outcome);
    }

    private void StopClocks()
    {
        _pendingMove?.StopTimer();
        _appCanceled.Unregister();
    }

    private void OnAppCanceled()
    {
        CancelClient();
        _pendingMove?.Abandon(AttemptFailure.Canceled(_owner.CanceledToken));
    }

    /// <summary>Lets go of the client, unless an abandoned move is still pending: then its end does.</summary>
    private void Release(bool onPool)
    {
        if (_pendingMove is not { IsAbandoned: true })
        {
            ReleaseClient(onPool);
        }
    }

    private void ReleaseClient(bool onPool)
    {
        if (!_booking.TryRelease())
        {
            return;
        }

        _answer.Release();
        if (onPool)
        {
            ClientRelease.DisposeOnPool(Endpoint, _updates, this);
        }
        else
        {
            ClientRelease.Dispose(Endpoint, _updates, this);
        }
    }
}
