namespace LlmResilience.Utilities;

/// <summary>Averages in which a sample weighs the less the older it is: by how much time has passed, not by how many samples came after it (Finagle's <c>Ema</c> and <c>PeakEwma</c>).</summary>
internal static class MovingAverage
{
    /// <summary>What is left of a sample's weight after a time.</summary>
    /// <param name="elapsed">The time.</param>
    /// <param name="tau">The time in which a weight falls to 1/e, in the same unit.</param>
    public static double Weight(double elapsed, double tau) => Math.Exp(-Math.Max(elapsed, 0) / tau);

    /// <summary>The average after one more sample.</summary>
    public static double Ema(double average, double sample, double elapsed, double tau)
    {
        var weight = Weight(elapsed, tau);
        return (average * weight) + (sample * (1 - weight));
    }

    /// <summary>The same, but a sample above the average is the new average at once: bad news counts in full, good news little by little.</summary>
    public static double PeakEwma(double average, double sample, double elapsed, double tau)
        => sample > average ? sample : Ema(average, sample, elapsed, tau);
}
