using BenchmarkDotNet.Attributes;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Going past endpoints that are ejected.</summary>
[MemoryDiagnoser]
public class PastEjected
{
    private ResilientChatClient _client = null!;

    [Params(1, 11, 101)]
    public int Ejected { get; set; }

    [GlobalSetup]
    public void SetUp() => _client = Contenders.OursWithEjected(Ejected);

    [Benchmark]
    public string Ordered() => Chooser.Choose(_client);
}
