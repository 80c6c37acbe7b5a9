using LlmResilience.Load.Statistics;

namespace LlmResilience.Load.Http;

/// <summary>What one side takes beyond another, turn by turn.</summary>
internal sealed record Added(Ratio LatencyP50, Ratio CpuPerRequest, Ratio BytesPerRequest)
{
    /// <summary>By how much the library may add to each of the three.</summary>
    public const double Budget = 1.02;

    public bool IsWithinBudget => LatencyP50.Median < Budget && CpuPerRequest.Median < Budget && BytesPerRequest.Median < Budget;

    public static Added Between(IEnumerable<(Block From, Block To)> turns)
    {
        var pairs = turns.ToList();
        return new(
            Ratio.Of(pairs.Select(pair => Quantile.Of(pair.To.Latencies, 0.5) / Quantile.Of(pair.From.Latencies, 0.5))),
            Ratio.Of(pairs.Select(pair => pair.To.CpuPerRequest / pair.From.CpuPerRequest)),
            Ratio.Of(pairs.Select(pair => pair.To.BytesPerRequest / pair.From.BytesPerRequest)));
    }
}
