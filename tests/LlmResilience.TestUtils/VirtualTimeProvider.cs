namespace LlmResilience.TestUtils;

/// <summary>Time that passes only when a test says so. Timers go off on the way, each at its due time.</summary>
public sealed class VirtualTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly object _lock = new();
    private readonly List<VirtualTimer> _timers = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiters = [];
    private long _now;
    private long _wallClockOffset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _now));

    public int ScheduledTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(timer => timer.DueAt != long.MaxValue);
            }
        }
    }

    /// <summary>All timers that were made and not disposed.</summary>
    public int LiveTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>In how much time the next timer is due.</summary>
    public TimeSpan NextTimer
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromTicks(_timers.Min(timer => timer.DueAt) - _now);
            }
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(Interlocked.Read(ref _now) + Interlocked.Read(ref _wallClockOffset));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert(period == Timeout.InfiniteTimeSpan);
        var timer = new VirtualTimer(this, callback, state);
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = Interlocked.Read(ref _now) + by.Ticks;
        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }

        Interlocked.Exchange(ref _now, end);
    }

    /// <summary>Advances to the instant at which the next timer is due.</summary>
    /// <returns>Whether there is one.</returns>
    public bool AdvanceToNextTimer()
    {
        long next;
        lock (_lock)
        {
            next = _timers.Select(timer => timer.DueAt).DefaultIfEmpty(long.MaxValue).Min();
        }

        if (next == long.MaxValue)
        {
            return false;
        }

        Advance(TimeSpan.FromTicks(Math.Max(0, next - Interlocked.Read(ref _now))));
        return true;
    }

    /// <summary>Time passes at one go, as when the machine sleeps: timers go off late.</summary>
    public void Jump(TimeSpan by)
    {
        var end = Interlocked.Add(ref _now, by.Ticks);
        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }
    }

    public void JumpWallClock(TimeSpan by) => Interlocked.Add(ref _wallClockOffset, by.Ticks);

    /// <summary>Waits until a timer is due in exactly this time.</summary>
    public Task WaitForTimerAsync(TimeSpan dueIn)
        => WaitAsync(() => _timers.Exists(timer => timer.DueAt == Interlocked.Read(ref _now) + dueIn.Ticks));

    /// <summary>Waits until some timer is due within this time.</summary>
    public Task WaitForTimerWithinAsync(TimeSpan dueIn)
        => WaitAsync(() => _timers.Exists(timer => timer.DueAt <= Interlocked.Read(ref _now) + dueIn.Ticks));

    private static void Assert(bool condition)
    {
        if (!condition)
        {
            throw new NotSupportedException("Only one-shot timers.");
        }
    }

    private Task WaitAsync(Func<bool> condition)
    {
        lock (_lock)
        {
            if (condition())
            {
                return Task.CompletedTask;
            }

            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((condition, met));
            return met.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private VirtualTimer? TakeDue(long end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            if (next is not null)
            {
                Interlocked.Exchange(ref _now, Math.Max(_now, next.DueAt));
                next.DueAt = long.MaxValue;
            }

            return next;
        }
    }

    private void FireIfDue(VirtualTimer timer)
    {
        lock (_lock)
        {
            if (timer.DueAt > _now || !_timers.Contains(timer))
            {
                return;
            }

            timer.DueAt = long.MaxValue;
        }

        timer.Fire();
    }

    private void Schedule(VirtualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            timer.DueAt = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : _now + dueTime.Ticks;
            foreach (var waiter in _waiters.FindAll(waiter => waiter.Condition()))
            {
                _waiters.Remove(waiter);
                waiter.Met.SetResult();
            }
        }

        if (dueTime == TimeSpan.Zero)
        {
            // As a real one does: no time need pass for it.
            ThreadPool.QueueUserWorkItem(static timer => timer.Owner.FireIfDue(timer), timer, preferLocal: false);
        }
    }

    private void Remove(VirtualTimer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class VirtualTimer(VirtualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public VirtualTimeProvider Owner => owner;

        public long DueAt { get; set; } = long.MaxValue;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Schedule(this, dueTime);
            return true;
        }

        public void Dispose() => owner.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
