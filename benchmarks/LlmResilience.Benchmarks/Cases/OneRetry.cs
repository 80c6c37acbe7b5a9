using BenchmarkDotNet.Attributes;
using LlmResilience.Benchmarks.Clients;
using LlmResilience.Benchmarks.Peers;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>An endpoint fails once and answers when it is asked again at once.</summary>
[MemoryDiagnoser]
public class OneRetry
{
    private readonly IChatClient _ours = Contenders.OursRetrying();
    private readonly IChatClient _polly = PollyChatClient.Lasting(new FlakyClient());

    [Benchmark]
    public Task Ours() => _ours.GetResponseAsync(Contenders.Messages);

    [Benchmark(Baseline = true)]
    public Task Polly() => _polly.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public ValueTask OursStreaming() => Contenders.StreamAsync(_ours);

    [Benchmark]
    public ValueTask PollyStreaming() => Contenders.StreamAsync(_polly);
}
