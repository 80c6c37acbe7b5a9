using System.Buffers;
using LlmResilience.Chains;
using LlmResilience.Endpoints;

namespace LlmResilience.LoadBalancing;

/// <summary>Of two at random, the one whose first tokens have come sooner of late, times the requests that it has in flight, for its weight (Finagle's peak EWMA).</summary>
/// <remarks>
/// An endpoint that is new, or back from an ejection, has no average: it begins with the median of the group. With one of its own, made by
/// the first answers of an idle server, it would win every comparison.
/// </remarks>
internal sealed class LowestLatency : TwoChoices
{
    private const int Few = 64;

    private static readonly long LongestMemory = TimeSpan.FromSeconds(1).Ticks;

    private readonly Median _streamed = new();
    private readonly Median _whole = new();

    public LowestLatency(EndpointGroup group)
        : base(group)
    {
        foreach (var endpoint in group.Endpoints)
        {
            endpoint.Load.Latency.BeginReading();
        }
    }

    protected override double SlownessOf(in Choice choice, Endpoint endpoint)
    {
        var (isStreaming, generation) = (choice.Request.IsStreaming, endpoint.Health.Generation);
        if (endpoint.Load.Latency.TryRead(isStreaming, generation, choice.Now, out var milliseconds))
        {
            return milliseconds;
        }

        var median = (isStreaming ? _streamed : _whole).Read(choice);
        if (median > 0)
        {
            endpoint.Load.Latency.Begin(isStreaming, median, generation, choice.Now);
        }

        return median;
    }

    /// <summary>The middle one of the group's averages, 0 without any; found anew at most once for as many choices as there are endpoints.</summary>
    private sealed class Median
    {
        private double _median;
        private long _foundAt;
        private int _readsLeft;

        public double Read(in Choice choice)
        {
            if (Interlocked.Decrement(ref _readsLeft) < 0 || choice.Now - Volatile.Read(ref _foundAt) > LongestMemory)
            {
                Volatile.Write(ref _median, Find(choice));
                Volatile.Write(ref _foundAt, choice.Now);
                Volatile.Write(ref _readsLeft, choice.Group.Count);
            }

            return Volatile.Read(ref _median);
        }

        private static double Find(in Choice choice)
        {
            if (choice.Group.Count <= Few)
            {
                return Find(choice, stackalloc double[Few]);
            }

            var rented = ArrayPool<double>.Shared.Rent(choice.Group.Count);
            var median = Find(choice, rented);
            ArrayPool<double>.Shared.Return(rented);
            return median;
        }

        private static double Find(in Choice choice, Span<double> averages)
        {
            var count = 0;
            foreach (var endpoint in choice.Group.Endpoints)
            {
                if (endpoint.Load.Latency.TryRead(choice.Request.IsStreaming, endpoint.Health.Generation, choice.Now, out averages[count]))
                {
                    count++;
                }
            }

            averages[..count].Sort();
            return count == 0 ? 0 : (averages[(count - 1) / 2] + averages[count / 2]) / 2;
        }
    }
}
