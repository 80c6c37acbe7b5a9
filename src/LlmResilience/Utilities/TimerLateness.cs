namespace LlmResilience;

/// <summary>A timer that goes off far too late (the machine slept, the pool starved) says nothing about the endpoint.</summary>
internal static class Lateness
{
    private const double ToleratedShare = 0.25;

    public static bool IsFar(long now, long due, long limit)
        => now - due > Math.Max(TimeSpan.TicksPerSecond, (long)(limit * ToleratedShare));
}
