namespace LlmResilience.Testing;

/// <summary>Counts what happens at the server over all its lives.</summary>
internal sealed class StatisticsRecorder(TimeProvider timeProvider, Action changed)
{
    private readonly long[] _outcomes = new long[3];
    private readonly Lock _lock = new();
    private long _requests;
    private long _crashes;
    private TimeSpan _downBefore;
    private long? _downSince;

    public long RequestStarted()
    {
        long number;
        lock (_lock)
        {
            number = ++_requests;
        }

        changed();
        return number;
    }

    public void RequestEnded(RequestOutcome outcome)
    {
        lock (_lock)
        {
            _outcomes[(int)outcome]++;
        }

        changed();
    }

    public void WentDown(bool isCrash)
    {
        lock (_lock)
        {
            _crashes += isCrash ? 1 : 0;
            _downSince ??= timeProvider.GetTimestamp();
        }

        changed();
    }

    public void CameUp()
    {
        lock (_lock)
        {
            _downBefore = Downtime_NeedsLock();
            _downSince = null;
        }

        changed();
    }

    public SimulatedServerStatistics Snapshot(SimulatedGpu? gpu)
    {
        lock (_lock)
        {
            return new()
            {
                RequestCount = _requests,
                CompletedCount = _outcomes[(int)RequestOutcome.Completed],
                AbortedCount = _outcomes[(int)RequestOutcome.Aborted],
                FailedCount = _outcomes[(int)RequestOutcome.Failed],
                CrashCount = _crashes,
                Downtime = Downtime_NeedsLock(),
                IsDown = _downSince is not null,
                RunningCount = gpu?.Running ?? 0,
                QueuedCount = gpu?.Queued ?? 0,
            };
        }
    }

    private TimeSpan Downtime_NeedsLock() =>
        _downSince is { } since ? _downBefore + timeProvider.GetElapsedTime(since) : _downBefore;
}
