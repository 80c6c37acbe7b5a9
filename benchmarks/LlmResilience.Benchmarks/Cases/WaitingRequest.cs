using BenchmarkDotNet.Attributes;
using LlmResilience.Benchmarks.Clients;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>A request that does not stream and whose answer comes later: its messages are copied, since the app may change them meanwhile.</summary>
[MemoryDiagnoser]
public class WaitingRequest
{
    private readonly AwaitedClient _awaited = new();
    private IReadOnlyList<ChatMessage> _messages = [];
    private IChatClient _ours = null!;

    /// <summary>How many messages the request has.</summary>
    [Params(1, 50)]
    public int Messages { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _messages = Contenders.History(Messages);
        _ours = _awaited.WithLlmResilience(llm => llm.AddEndpoint("backup", Contenders.Raw()));
    }

    [Benchmark(Baseline = true)]
    public Task Raw() => AwaitedClient.Call(_awaited, _awaited, _messages);

    [Benchmark]
    public Task Ours() => AwaitedClient.Call(_ours, _awaited, _messages);
}
