namespace LlmResilience.Load.Statistics;

/// <summary>The median of paired ratios, and the interval in which the true median lies in 95 of 100 runs.</summary>
internal sealed record Ratio(double Median, double Low, double High)
{
    public static Ratio Of(IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];

        // By order statistics: how many of n ratios lie below their median is binomial, which needs no assumption about their shape.
        var spread = 1.96 * Math.Sqrt(sorted.Length) / 2;
        var low = (int)Math.Max(0, Math.Floor((sorted.Length / 2.0) - spread));
        var high = (int)Math.Min(sorted.Length - 1, Math.Ceiling((sorted.Length / 2.0) + spread));
        return new Ratio(sorted[sorted.Length / 2], sorted[low], sorted[high]);
    }

    public override string ToString() => FormattableString.Invariant($"{(Median - 1) * 100:+0.0;-0.0} % [{(Low - 1) * 100:+0.0;-0.0}, {(High - 1) * 100:+0.0;-0.0}]");
}
