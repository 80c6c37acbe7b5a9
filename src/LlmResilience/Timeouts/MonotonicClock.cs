namespace LlmResilience;

/// <summary>Monotonic time in <see cref="TimeSpan"/> ticks since the clock was made: durations and windows never see the wall clock.</summary>
internal sealed class MonotonicClock
{
    private readonly TimeProvider _timeProvider;
    private readonly long _origin;
    private readonly long _timestampsPerTick;

    public MonotonicClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _origin = timeProvider.GetTimestamp();
        _timestampsPerTick = timeProvider.TimestampFrequency % TimeSpan.TicksPerSecond == 0
            ? timeProvider.TimestampFrequency / TimeSpan.TicksPerSecond
            : 0;
    }

    public TimeProvider TimeProvider => _timeProvider;

    public long Now => _timestampsPerTick switch
    {
        1 => _timeProvider.GetTimestamp() - _origin,
        0 => _timeProvider.GetElapsedTime(_origin, _timeProvider.GetTimestamp()).Ticks,
        _ => (_timeProvider.GetTimestamp() - _origin) / _timestampsPerTick,
    };

    public DateTimeOffset ToUtc(long ticks)
    {
        var utcNow = _timeProvider.GetUtcNow();
        var ahead = Math.Min(ticks - Now, DateTimeOffset.MaxValue.UtcTicks - utcNow.UtcTicks);
        return utcNow.AddTicks(ahead);
    }
}
