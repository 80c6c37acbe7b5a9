using LlmResilience.Utilities;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A clock that stands still until it is set: an ejection lasts for as long as it is measured.</summary>
internal sealed class FrozenTimeProvider : TimeProvider
{
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
