namespace LlmResilience.Utilities;

/// <summary>A timer that goes off far too late (the machine slept, the thread pool starved) says nothing about the endpoint.</summary>
internal static class TimerLateness
{
    // A second is more than any timer of a process that runs is late. Long limits get a quarter of themselves: a pause of the machine
    // that short leaves most of the limit to the endpoint, which has failed it then by itself.
    private const double ToleratedRatio = 0.25;

    public static bool IsFar(long now, long due, long limit)
        => now - due > Math.Max(TimeSpan.TicksPerSecond, (long)(limit * ToleratedRatio));
}
