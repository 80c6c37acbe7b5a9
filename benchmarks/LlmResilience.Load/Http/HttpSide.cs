using LlmResilience.Load.Statistics;

namespace LlmResilience.Load.Http;

/// <summary>One side of the comparison. Times in microseconds; those of tokens only where it streams.</summary>
internal sealed record HttpSide(
    double LatencyP50, double LatencyP99, double? FirstTokenP50, double? FirstTokenP99, double? BetweenTokensP50, double RequestsPerSecond, double CpuPerRequest, double BytesPerRequest)
{
    public static HttpSide From(List<Block> blocks)
    {
        var latencies = blocks.SelectMany(block => block.Latencies).ToArray();
        var streams = blocks.SelectMany(block => block.Streams).ToArray();
        return new HttpSide(
            Quantile.Of(latencies, 0.5),
            Quantile.Of(latencies, 0.99),
            streams.Length == 0 ? null : Quantile.Of(streams.Select(stream => stream.FirstToken), 0.5),
            streams.Length == 0 ? null : Quantile.Of(streams.Select(stream => stream.FirstToken), 0.99),
            streams.Length == 0 ? null : Quantile.Of(streams.Select(stream => stream.BetweenTokens), 0.5),
            latencies.Length / blocks.Sum(block => block.Seconds),
            blocks.Sum(block => block.CpuMicroseconds) / latencies.Length,
            blocks.Sum(block => block.Bytes) / latencies.Length);
    }
}
