using BenchmarkDotNet.Attributes;
using LlmResilience.Benchmarks.Peers;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Every endpoint is ejected, or its breaker open: the request fails at once.</summary>
[MemoryDiagnoser]
public class AllOut
{
    private readonly IChatClient _ours = Contenders.OursWithEjected(2, withHealthy: false);
    private readonly IChatClient _polly = new OrderedFailoverPeer(PollyChatClient.Open(Contenders.Raw()), PollyChatClient.Open(Contenders.Raw()));

    [Benchmark]
    public Task<string> Ours() => FailAsync(_ours);

    [Benchmark(Baseline = true)]
    public Task<string> PollyAndOrderedFailover() => FailAsync(_polly);

    private static async Task<string> FailAsync(IChatClient client)
    {
        try
        {
            return (await client.GetResponseAsync(Contenders.Messages)).Text;
        }
#pragma warning disable CA1031 // Whichever it is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.GetType().Name;
        }
    }
}
