using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>A request that does not stream, at a healthy endpoint.</summary>
[MemoryDiagnoser]
public class HealthyRequest
{
    private IChatClient _raw = null!;
    private IChatClient _ours = null!;
    private IChatClient _polly = null!;
    private IChatClient _failover = null!;

    /// <summary>Whether the client has its answer at once.</summary>
    [Params(true, false)]
    public bool Synchronous { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _raw = Contenders.Raw(synchronous: Synchronous);
        _ours = Contenders.Ours(synchronous: Synchronous);
        _polly = Contenders.Polly(synchronous: Synchronous);
        _failover = Contenders.Failover(synchronous: Synchronous);
    }

    [Benchmark(Baseline = true)]
    public Task Raw() => _raw.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public Task Ours() => _ours.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public Task Polly() => _polly.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public Task OrderedFailover() => _failover.GetResponseAsync(Contenders.Messages);
}
