using BenchmarkDotNet.Attributes;
using LlmResilience.Benchmarks.Peers;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>The first endpoint is ejected, or its breaker is open; the second answers.</summary>
[MemoryDiagnoser]
public class FirstEndpointOut
{
    private readonly IChatClient _ours = Contenders.OursWithEjected(1);
    private readonly IChatClient _polly = new OrderedFailoverPeer(PollyChatClient.Open(Contenders.Raw()), Contenders.Polly());

    [Benchmark]
    public Task Ours() => _ours.GetResponseAsync(Contenders.Messages);

    [Benchmark(Baseline = true)]
    public Task PollyAndOrderedFailover() => _polly.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public ValueTask OursStreaming() => Contenders.StreamAsync(_ours);

    [Benchmark]
    public ValueTask PollyAndOrderedFailoverStreaming() => Contenders.StreamAsync(_polly);
}
