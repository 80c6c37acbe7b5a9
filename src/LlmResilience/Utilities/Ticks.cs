namespace LlmResilience.Utilities;

/// <summary>Arithmetic on clock ticks.</summary>
internal static class Ticks
{
    /// <summary>An instant after another; <see cref="long.MaxValue"/>, which is never, where it would be later than that.</summary>
    public static long Add(long instant, long duration) => duration > long.MaxValue - instant ? long.MaxValue : instant + duration;
}
