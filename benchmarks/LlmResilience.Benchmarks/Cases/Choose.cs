using BenchmarkDotNet.Attributes;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Choosing the endpoint for a request among many.</summary>
[MemoryDiagnoser]
public class Choose
{
    private ResilientChatClient _client = null!;
    private ulong _conversation;

    [Params(3, 100, 1000)]
    public int Endpoints { get; set; }

    [ParamsAllValues]
    public LoadBalancingPolicy Policy { get; set; }

    [GlobalSetup]
    public void SetUp() => _client = Contenders.OursWith(Endpoints, Policy);

    [Benchmark]
    public string One() => Chooser.Choose(_client, _conversation++);
}
