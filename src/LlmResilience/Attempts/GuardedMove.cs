using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace LlmResilience;

/// <summary>
/// One stream's pending <c>MoveNextAsync</c>, raced against one timer: the app's wait ends on time even if the provider's client never
/// lets go. Made at the first move that does not complete at once, and used for all later ones.
/// </summary>
/// <remarks>
/// The state is a sequence number and a phase. Whoever swaps it from this move's <em>pending</em> wins: the client's completion (to
/// <em>idle</em>), or the timer, the app's cancel or its dispose (to <em>abandoned</em>, for good). The sequence number keeps a timer that
/// looked at one move from deciding the next. The due time is written before the phase becomes pending, and read after the state, so that
/// a swap that succeeds proves that the time belonged to the move.
/// </remarks>
internal sealed class GuardedMove : IValueTaskSource<bool>
{
    private const long Idle = 0;
    private const long Pending = 1;
    private const long Abandoned = 2;
    private const long PhaseMask = 3;
    private const long OneMove = 4;

    private readonly StreamAttempt _attempt;
    private readonly MonotonicClock _clock;
    private readonly Action _onMoved;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _awaiter;
    private ITimer? _timer;
    private long _timerDue = long.MaxValue;
    private long _state;
    private long _due;

    public GuardedMove(StreamAttempt attempt, MonotonicClock clock)
    {
        _attempt = attempt;
        _clock = clock;
        _onMoved = OnMoved;
    }

    public bool IsAbandoned => (Volatile.Read(ref _state) & PhaseMask) == Abandoned;

    public ValueTask<bool> Begin(ValueTask<bool> move, long due)
    {
        _core.Reset();
        _awaiter = move.ConfigureAwait(false).GetAwaiter();
        var task = new ValueTask<bool>(this, _core.Version);
        Volatile.Write(ref _due, due);

        // A full fence on both sides (here and in OnTimer): either the timer sees the move, or this sees that the timer has gone off.
        Interlocked.Exchange(ref _state, (_state & ~PhaseMask) + OneMove + Pending);
        if (due < Interlocked.Read(ref _timerDue))
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
        for (var state = Volatile.Read(ref _state); (state & PhaseMask) == Pending; state = Volatile.Read(ref _state))
        {
            if (TryAbandon(state, exception))
            {
                return true;
            }
        }

        return false;
    }

    public void StopTimer() => _timer?.Dispose();

    public bool GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private bool TryAbandon(long state, Exception exception)
    {
        if (Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) + Abandoned, state) != state)
        {
            return false;
        }

        // Booked before the waiter can look; the client is told after, since its callbacks may take their time. The waiter must not run
        // on a timer's thread or inside the app's Cancel().
        _attempt.OnAbandoned(exception);
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(exception);
        _attempt.CancelClient();
        return true;
    }

    private void OnMoved()
    {
        var state = Volatile.Read(ref _state);
        if ((state & PhaseMask) != Pending || Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) + Idle, state) != state)
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
            _core.SetException(_attempt.Translate(exception));
            return;
        }

        _core.SetResult(moved);
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
        Interlocked.Exchange(ref _timerDue, long.MaxValue);
        var state = Volatile.Read(ref _state);
        if ((state & PhaseMask) != Pending)
        {
            return;
        }

        var due = Volatile.Read(ref _due);
        var now = _clock.Now;
        if (now < due)
        {
            // The next move may have begun meanwhile with an earlier time, which this must not put off.
            Schedule(due);
            Schedule(Math.Min(due, Volatile.Read(ref _due)));
            return;
        }

        if (Volatile.Read(ref _state) != state)
        {
            return; // The move ended meanwhile, and the due time may be the next one's, which schedules for itself.
        }

        if (_attempt.OnOverdue(now, due, out var extended) is not { } exception)
        {
            Volatile.Write(ref _due, extended);
            Schedule(extended);
        }
        else
        {
            TryAbandon(state, exception);
        }
    }

    private void Schedule(long due)
    {
        if (due == long.MaxValue)
        {
            return;
        }

        Interlocked.Exchange(ref _timerDue, due);
        var wait = TimeSpan.FromTicks(Math.Max(0, due - _clock.Now));
        if (_timer is { } timer)
        {
            timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        // The timer must not keep the caller's async-locals alive.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = _clock.TimeProvider.CreateTimer(static move => ((GuardedMove)move!).OnTimer(), this, wait, Timeout.InfiniteTimeSpan);
        }
    }
}
