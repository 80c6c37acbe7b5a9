namespace LlmResilience.Testing;

/// <summary>Lets callers wait until the statistics are as they want them.</summary>
internal sealed class ConditionWaiters(Func<SimulatedServerStatistics> read)
{
    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiters = [];
    private volatile int _count;

    public async Task WaitAsync(Predicate<SimulatedServerStatistics> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        Change(list => list.Add(waiter));
        try
        {
            waiter.Check(read());
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Change(list => list.Remove(waiter));
        }
    }

    /// <summary>Looks at the conditions again. Cheap while nobody waits.</summary>
    public void Notify()
    {
        if (_count == 0)
        {
            return;
        }

        Waiter[] waiters;
        lock (_lock)
        {
            waiters = [.. _waiters];
        }

        var statistics = read();
        foreach (var waiter in waiters)
        {
            waiter.Check(statistics);
        }
    }

    private void Change(Action<List<Waiter>> change)
    {
        lock (_lock)
        {
            change(_waiters);
            _count = _waiters.Count;
        }
    }

    private sealed class Waiter(Predicate<SimulatedServerStatistics> condition)
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _source.Task;

        public void Check(SimulatedServerStatistics statistics)
        {
            try
            {
                if (condition(statistics))
                {
                    _source.TrySetResult();
                }
            }
            catch (Exception e)
            {
                _source.TrySetException(e);
            }
        }
    }
}
