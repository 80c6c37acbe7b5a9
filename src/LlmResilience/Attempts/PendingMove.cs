using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Attempts;

/// <summary>
/// One stream's pending <c>MoveNextAsync</c>, raced against one timer: the app's wait ends on time even if the provider's client never
/// lets go. Made at the first move that does not complete at once, and used for all later ones.
/// </summary>
/// <remarks>
/// Whoever swaps the state from <em>pending</em> wins: the client's completion (to <em>idle</em>), or the app's cancel or dispose (to
/// <em>abandoned</em>, for good). A timer first makes it <em>deciding</em>, for which the others wait: what it looks at (the text so far,
/// the other candidates) belongs to the request, which must not go on meanwhile. Nothing foreign is called while deciding.
/// </remarks>
internal sealed class PendingMove : IValueTaskSource<bool>
{
    private const int Idle = 0;
    private const int Pending = 1;
    private const int Deciding = 2;
    private const int Abandoned = 3;
    private const long NotScheduled = long.MaxValue;
    private const long Stopped = long.MinValue;

    // Timers refuse to count for more than 49 days. What is due later is looked at in between.
    private static readonly long LongestTimer = TimeSpan.FromDays(1).Ticks;

    private readonly StreamingAttempt _attempt;
    private readonly Action _onMoved;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _awaiter;
    private ITimer? _timer;
    private long _timerDue = NotScheduled;
    private int _state;
    private AttemptTimeouts _timeouts;

    public PendingMove(StreamingAttempt attempt, long extraForPrompt)
    {
        _attempt = attempt;
        _onMoved = OnMoved;
        _timeouts = new AttemptTimeouts(extraForPrompt);
    }

    private MonotonicClock Clock => _attempt.Endpoint.Clock;

    public bool IsAbandoned => Volatile.Read(ref _state) == Abandoned;

    public ValueTask<bool> Begin(ValueTask<bool> move)
    {
        _core.Reset();
        _awaiter = move.ConfigureAwait(false).GetAwaiter();
        var task = new ValueTask<bool>(this, _core.Version);
        _attempt.SetTimeout(ref _timeouts);
        var due = _timeouts.Due;

        // A full fence on both sides (here and in OnTimer): either the timer sees the move, or this sees that the timer has gone off.
        Interlocked.Exchange(ref _state, Pending);
        if (due < Volatile.Read(ref _timerDue))
        {
            Schedule(due);
        }

        _awaiter.UnsafeOnCompleted(_onMoved);
        return task;
    }

    /// <summary>The same question as the timer's, between two moves that complete at once. Nobody else looks meanwhile, since nothing is pending.</summary>
    public AttemptFailure? LookAtClock(long now)
    {
        _attempt.SetTimeout(ref _timeouts);
        if (now < _timeouts.Due)
        {
            return null;
        }

        var failure = _attempt.OnOverdue(ref _timeouts, now, out var isFirstTokenLate);
        if (isFirstTokenLate)
        {
            _attempt.OnFirstTokenLate(now);
        }

        return failure;
    }

    /// <summary>Ends the app's wait; the client is left to finish in the background.</summary>
    /// <returns>Whether a move was pending.</returns>
    public bool Abandon(AttemptFailure failure)
    {
        if (!TryLeavePending(Abandoned))
        {
            return false;
        }

        EndWait(failure);
        return true;
    }

    public void StopTimer()
    {
#pragma warning disable MA0064 // Nobody else sees this object but as the source of a ValueTask; a lock of its own would cost every stream 24 bytes.
        lock (this)
#pragma warning restore MA0064
        {
            _timerDue = Stopped;
            _timer?.Dispose();
        }
    }

    public bool GetResult(short token)
    {
        // Throws unless the result is this caller's, whose taking it ends the move.
        _core.GetStatus(token);
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _attempt.OnResultTaken();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private bool TryLeavePending(int next)
    {
        var spin = default(SpinWait);
        while (true)
        {
            switch (Interlocked.CompareExchange(ref _state, next, Pending))
            {
                case Pending:
                    return true;
                case Deciding:
                    spin.SpinOnce();
                    break;
                default:
                    return false;
            }
        }
    }

    private void EndWait(AttemptFailure failure)
    {
        // Booked before the waiter can look; the client is told after, since its callbacks may take their time.
        var outcome = _attempt.OnMoveAbandoned(failure);

        // The waiter must not run on a timer's thread or inside the app's Cancel().
        _core.RunContinuationsAsynchronously = true;
        Complete(outcome);
        _attempt.CancelClient();
    }

    private void OnMoved()
    {
        if (!TryLeavePending(Idle))
        {
            OnAbandonedMoveEnded();
            return;
        }

        MoveOutcome outcome;
        try
        {
            outcome = _attempt.Observe(_awaiter.GetResult());
        }
#pragma warning disable CA1031 // Whatever the client throws is the waiter's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            outcome = _attempt.Fail(exception);
        }

        Complete(outcome);
    }

    private void Complete(MoveOutcome outcome)
    {
        if (_attempt.CompleteMove(outcome) is { } exception)
        {
            _core.SetException(exception);
        }
        else
        {
            _core.SetResult(outcome == MoveOutcome.Moved);
        }
    }

    private void OnAbandonedMoveEnded()
    {
        try
        {
            _awaiter.GetResult();
        }
#pragma warning disable CA1031 // Nobody waits for it any more; looking at it keeps it from being reported as unobserved.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        // Only now may the enumerator be disposed: never while a move is pending.
        _attempt.OnAbandonedMoveEnded();
    }

    private void OnTimer()
    {
        ForgetSchedule();
        var now = Clock.Now;
        if (!TryLeavePending(Deciding))
        {
            return; // The next move schedules for itself.
        }

        var isFirstTokenLate = false;
        if (now >= _timeouts.Due && _attempt.OnOverdue(ref _timeouts, now, out isFirstTokenLate) is { } failure)
        {
            Interlocked.Exchange(ref _state, Abandoned);
            EndWait(failure);
            return;
        }

        var due = _timeouts.Due;
        Interlocked.Exchange(ref _state, Pending);
        Schedule(due);
        if (isFirstTokenLate)
        {
            _attempt.OnFirstTokenLate(now);
        }
    }

    private void ForgetSchedule()
    {
#pragma warning disable MA0064 // As above.
        lock (this)
#pragma warning restore MA0064
        {
            if (_timerDue != Stopped)
            {
                _timerDue = NotScheduled;
            }
        }

        Interlocked.MemoryBarrier();
    }

    /// <summary>Only ever to an earlier time: a timer that goes off too early looks and is scheduled again, whichever move is pending by then.</summary>
    private void Schedule(long due)
    {
#pragma warning disable MA0064 // As above.
        lock (this)
#pragma warning restore MA0064
        {
            if (due >= _timerDue)
            {
                return;
            }

            _timerDue = due;

            // Made first and started then, so that it is known here before it can go off.
            _timer ??= CreateTimer();
            _timer.Change(TimeSpan.FromTicks(Math.Clamp(due - Clock.Now, 0, LongestTimer)), Timeout.InfiniteTimeSpan);
        }
    }

    private ITimer CreateTimer()
    {
        // The timer must not keep the caller's async-locals alive.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return Clock.TimeProvider.CreateTimer(static move => ((PendingMove)move!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
