using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace LlmResilience;

/// <summary>
/// One stream's pending <c>MoveNextAsync</c>, raced against one timer: the app's wait ends on time even if the provider's client never
/// lets go. Made at the first move that does not complete at once, and used for all later ones.
/// </summary>
/// <remarks>
/// Whoever swaps the state from <em>pending</em> wins: the client's completion (to <em>idle</em>), or the app's cancel or dispose (to
/// <em>abandoned</em>, for good). A timer first makes it <em>deciding</em>, for which the others wait: what it looks at (the text so far,
/// the other candidates) belongs to the request, which must not go on meanwhile. Nothing foreign is called while deciding.
/// </remarks>
internal sealed class GuardedMove : IValueTaskSource<bool>
{
    private const int Idle = 0;
    private const int Pending = 1;
    private const int Deciding = 2;
    private const int Abandoned = 3;
    private const long NotScheduled = long.MaxValue;
    private const long Stopped = long.MinValue;

    private readonly StreamAttempt _attempt;
    private readonly MonotonicClock _clock;
    private readonly Action _onMoved;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _awaiter;
    private ITimer? _timer;
    private long _timerDue = NotScheduled;
    private int _state;
    private long _due;

    public GuardedMove(StreamAttempt attempt, MonotonicClock clock)
    {
        _attempt = attempt;
        _clock = clock;
        _onMoved = OnMoved;
    }

    public bool IsAbandoned => Volatile.Read(ref _state) == Abandoned;

    public ValueTask<bool> Begin(ValueTask<bool> move, long due)
    {
        _core.Reset();
        _awaiter = move.ConfigureAwait(false).GetAwaiter();
        var task = new ValueTask<bool>(this, _core.Version);
        Volatile.Write(ref _due, due);

        // A full fence on both sides (here and in OnTimer): either the timer sees the move, or this sees that the timer has gone off.
        Interlocked.Exchange(ref _state, Pending);
        if (due < Volatile.Read(ref _timerDue))
        {
            Schedule(due);
        }

        _awaiter.UnsafeOnCompleted(_onMoved);
        return task;
    }

    /// <summary>Ends the app's wait with an exception; the client is left to finish in the background.</summary>
    /// <returns>Whether a move was pending.</returns>
    public bool Abandon(Exception exception)
    {
        if (!TryLeavePending(Abandoned))
        {
            return false;
        }

        EndWait(exception);
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
            _attempt.TakeResult();
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

    private void EndWait(Exception exception)
    {
        try
        {
            // Booked before the waiter can look; the client is told after, since its callbacks may take their time.
            _attempt.OnAbandoned(exception);
        }
#pragma warning disable CA1031 // A logger or a listener of the app's that throws must not leave the app waiting.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        // The waiter must not run on a timer's thread or inside the app's Cancel().
        _core.RunContinuationsAsynchronously = true;
        Fail(exception);
        _attempt.CancelClient();
    }

    private void OnMoved()
    {
        if (!TryLeavePending(Idle))
        {
            EndOrphan();
            return;
        }

        bool moved;
        try
        {
            moved = _attempt.Observe(_awaiter.GetResult());
        }
#pragma warning disable CA1031 // Whatever the client throws is the waiter's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(_attempt.Translate(exception));
            return;
        }

        _attempt.EndAwaitedMove(moved);
        _core.SetResult(moved);
    }

    private void Fail(Exception exception)
    {
        if (_attempt.EndAwaitedMoveWith(exception) is { } thrown)
        {
            _core.SetException(thrown);
        }
        else
        {
            _core.SetResult(false);
        }
    }

    private void EndOrphan()
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
        _attempt.EndOrphan();
    }

    private void OnTimer()
    {
        ForgetSchedule();
        var now = _clock.Now;
        if (!TryLeavePending(Deciding))
        {
            return; // The next move schedules for itself.
        }

        var due = Volatile.Read(ref _due);
        var next = due;
        if (now >= due && _attempt.OnOverdue(now, due, out next) is { } exception)
        {
            Interlocked.Exchange(ref _state, Abandoned);
            EndWait(exception);
            return;
        }

        Volatile.Write(ref _due, next);
        Interlocked.Exchange(ref _state, Pending);
        Schedule(next);
        if (next != due)
        {
            _attempt.OnExtended(now, due);
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
            _timer.Change(TimeSpan.FromTicks(Math.Max(0, due - _clock.Now)), Timeout.InfiniteTimeSpan);
        }
    }

    private ITimer CreateTimer()
    {
        // The timer must not keep the caller's async-locals alive.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return _clock.TimeProvider.CreateTimer(static move => ((GuardedMove)move!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
