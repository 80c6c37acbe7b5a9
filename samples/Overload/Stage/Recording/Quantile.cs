namespace Overload.Stage.Recording;

internal static class Quantile
{
    /// <summary>The nearest-rank quantile: a value that was measured, not one between two. <see langword="null"/> without values.</summary>
    public static double? Of(IEnumerable<double> values, double q)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(q * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
