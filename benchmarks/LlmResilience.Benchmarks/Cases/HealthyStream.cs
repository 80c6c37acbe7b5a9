using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>A stream from a healthy endpoint.</summary>
[MemoryDiagnoser]
public class HealthyStream
{
    private IChatClient _raw = null!;
    private IChatClient _ours = null!;
    private IChatClient _polly = null!;
    private IChatClient _failover = null!;

    [Params(1, 100, 1000)]
    public int Updates { get; set; }

    /// <summary>Whether the client has every update at once.</summary>
    [Params(true, false)]
    public bool Synchronous { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _raw = Contenders.Raw(Updates, Synchronous);
        _ours = Contenders.Ours(Updates, Synchronous);
        _polly = Contenders.Polly(Updates, Synchronous);
        _failover = Contenders.Failover(Updates, Synchronous);
    }

    [Benchmark(Baseline = true)]
    public ValueTask Raw() => Contenders.StreamAsync(_raw);

    [Benchmark]
    public ValueTask Ours() => Contenders.StreamAsync(_ours);

    [Benchmark]
    public ValueTask Polly() => Contenders.StreamAsync(_polly);

    [Benchmark]
    public ValueTask OrderedFailover() => Contenders.StreamAsync(_failover);
}
