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
        var number = Interlocked.Increment(ref _requests);
        changed();
        return number;
    }

    public void RequestEnded(RequestOutcome outcome)
    {
        Interlocked.Increment(ref _outcomes[(int)outcome]);
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
            _downBefore = DownTime_NeedsLock();
            _downSince = null;
        }

        changed();
    }

    public SimulatedLlmServerStatistics Snapshot(SimulatedGpu? gpu)
    {
        lock (_lock)
        {
            return new()
            {
                Requests = Interlocked.Read(ref _requests),
                Completed = Read(RequestOutcome.Completed),
                Aborted = Read(RequestOutcome.Aborted),
                Failed = Read(RequestOutcome.Failed),
                Crashes = _crashes,
                DownTime = DownTime_NeedsLock(),
                IsDown = _downSince is not null,
                Running = gpu?.Running ?? 0,
                Queued = gpu?.Queued ?? 0,
            };
        }
    }

    private long Read(RequestOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome]);

    private TimeSpan DownTime_NeedsLock() =>
        _downSince is { } since ? _downBefore + timeProvider.GetElapsedTime(since) : _downBefore;
}
