using LlmResilience.Utilities;

namespace LlmResilience.Health;

/// <summary>The arithmetic of ejection as pure functions; all of it saturates.</summary>
internal static class EjectionFormulas
{
    /// <summary>k stops where more of it would not eject for longer, so that falling back takes no longer than it must (Envoy lets it overshoot).</summary>
    public static int MaxMultiplier(long baseTime, long maxTime)
        => (int)Math.Clamp((maxTime / baseTime) + (maxTime % baseTime == 0 ? 0 : 1), 1, int.MaxValue);

    /// <summary>k times the base, at most the maximum; the jitter comes on top, in whole milliseconds.</summary>
    public static long Duration(int multiplier, long baseTime, long maxTime, long maxJitter, long draw)
    {
        var duration = multiplier > maxTime / baseTime ? maxTime : multiplier * baseTime;
        var jitterMilliseconds = maxJitter / TimeSpan.TicksPerMillisecond;
        return Ticks.Add(duration, (draw & long.MaxValue) % (jitterMilliseconds + 1) * TimeSpan.TicksPerMillisecond);
    }

    public static bool Trips(int total, int failures, int minimumThroughput, double failureRatio)
        => failureRatio > 0 && total >= minimumThroughput && failures >= failureRatio * total;

    /// <summary>How many of n endpoints may be out at a time. The tiny addend undoes what binary fractions lose (0.29 x 100).</summary>
    public static int AllowedEjections(int endpoints, double ratio)
        => endpoints == 0 || ratio <= 0 ? 0 : Math.Max(1, (int)Math.Floor((endpoints * ratio) + 1e-9));

    /// <summary>The admitted ratio at a time since the start of the ramp.</summary>
    public static double RampRatio(long elapsed, long rampUp, double start)
        => elapsed >= rampUp ? 1 : Math.Max(start, (double)Math.Max(elapsed, TimeSpan.TicksPerMillisecond) / rampUp);
}
