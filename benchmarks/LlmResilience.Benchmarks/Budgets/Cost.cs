namespace LlmResilience.Benchmarks.Budgets;

/// <summary>What one run of a case costs.</summary>
/// <param name="Nanoseconds">The median time.</param>
/// <param name="Bytes">What it allocates.</param>
/// <param name="Rounds">The time in each round.</param>
internal sealed record Cost(double Nanoseconds, double Bytes, IReadOnlyList<double> Rounds)
{
    /// <summary>The median of the ratios round by round: what a slow moment of the machine does to both cancels out.</summary>
    public double RatioTo(Cost peer) => Measurement.Median(Rounds.Zip(peer.Rounds, (mine, theirs) => mine / theirs));
}
