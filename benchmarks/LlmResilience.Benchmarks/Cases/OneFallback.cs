using BenchmarkDotNet.Attributes;
using LlmResilience.Benchmarks.Clients;
using LlmResilience.Benchmarks.Peers;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>The first endpoint fails, the second answers.</summary>
[MemoryDiagnoser]
public class OneFallback
{
    private readonly IChatClient _failing = new FailingClient();
    private readonly IChatClient _instant = Contenders.Raw(updates: 1);
    private readonly IChatClient _ours = Contenders.OursFallingBack();
    private readonly IChatClient _polly = new OrderedFailoverPeer(PollyChatClient.Lasting(new FailingClient(), maxRetries: 0), Contenders.Polly(updates: 1));
    private readonly IChatClient _failover = new OrderedFailoverPeer(new FailingClient(), Contenders.Raw(updates: 1));

    [Benchmark(Baseline = true)]
    public ValueTask TwoAttempts() => TwoAttemptsByHand.CallAsync(_failing, _instant);

    [Benchmark]
    public Task Ours() => _ours.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public Task PollyAndOrderedFailover() => _polly.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public Task OrderedFailover() => _failover.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public ValueTask TwoAttemptsStreaming() => TwoAttemptsByHand.StreamAsync(_failing, _instant);

    [Benchmark]
    public ValueTask OursStreaming() => Contenders.StreamAsync(_ours);

    [Benchmark]
    public ValueTask OrderedFailoverStreaming() => Contenders.StreamAsync(_failover);
}
