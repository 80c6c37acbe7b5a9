using BenchmarkDotNet.Attributes;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Choosing the endpoint for a request among many.</summary>
[MemoryDiagnoser]
public class Choose
{
    private ResilientChatClient _client = null!;

    [Params(3, 100, 1000)]
    public int Endpoints { get; set; }

    [GlobalSetup]
    public void SetUp() => _client = Contenders.OursWith(Endpoints);

    [Benchmark]
    public string Ordered() => Chooser.Choose(_client);
}
