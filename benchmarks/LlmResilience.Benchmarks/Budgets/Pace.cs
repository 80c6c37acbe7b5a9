namespace LlmResilience.Benchmarks.Budgets;

/// <summary>How long is measured.</summary>
internal sealed record Pace(int Rounds, TimeSpan RoundTime, TimeSpan WarmUp, TimeSpan HttpTime, int IdleStreams)
{
    private static readonly Pace Full = new(25, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(25), 100_000);

    /// <summary>Once through everything, only to see that it works.</summary>
    private static readonly Pace Dry = new(1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100), 1_000);

    public static Pace Current { get; private set; } = Full;

    public static bool IsDry => Current == Dry;

    public static void GoDry() => Current = Dry;
}
