namespace LlmResilience.Benchmarks.Budgets;

/// <summary>How much slower this machine is than the one on which the budgets in nanoseconds were set.</summary>
/// <param name="Slowness">1 where it is as fast or faster.</param>
internal sealed record Machine(double Slowness)
{
    // The raw stream of 20 updates, as the design saw it on its machine.
    private const double RawStreamOfTwenty = 265;

    public static Machine Measure()
    {
        var raw = Contenders.Raw();
        return new(Math.Max(1, Measurement.Compare(() => Contenders.StreamAsync(raw))[0].Nanoseconds / RawStreamOfTwenty));
    }
}
