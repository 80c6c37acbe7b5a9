using System.Runtime.CompilerServices;

namespace LlmResilience.Utilities;

/// <summary>Monotonic time in <see cref="TimeSpan"/> ticks: durations and windows never see the wall clock.</summary>
/// <remarks>Clocks of one time provider tell the same time, counted since the first of them was made, so that chains can share endpoints.</remarks>
internal sealed class MonotonicClock
{
    /// <summary>By so much a timer may go off too early: it counts coarser than this clock.</summary>
    public static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(20);

    private static readonly ConditionalWeakTable<TimeProvider, object> Origins = [];

    private readonly TimeProvider _timeProvider;
    private readonly long _origin;
    private readonly long _timestampsPerTick;

    public MonotonicClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _origin = (long)Origins.GetValue(timeProvider, static provider => provider.GetTimestamp());
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
