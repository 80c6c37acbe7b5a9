using BenchmarkDotNet.Attributes;
using LlmResilience.Requests;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>What listening to the metrics costs a request and a stream.</summary>
[MemoryDiagnoser]
public class Telemetry
{
    private readonly IChatClient _ours = Contenders.Ours();
    private System.Diagnostics.Metrics.MeterListener? _listener;

    [Params(false, true)]
    public bool Listening { get; set; }

    [GlobalSetup]
    public void SetUp() => _listener = Listening ? MetricsListener.Start() : null;

    [GlobalCleanup]
    public void CleanUp() => _listener?.Dispose();

    [Benchmark]
    public Task Request() => _ours.GetResponseAsync(Contenders.Messages);

    [Benchmark]
    public ValueTask Stream() => Contenders.StreamAsync(_ours);
}
