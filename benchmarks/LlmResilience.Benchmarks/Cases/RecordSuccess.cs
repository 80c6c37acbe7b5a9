using BenchmarkDotNet.Attributes;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Recording a success, on one thread and on two at once.</summary>
[MemoryDiagnoser]
public class RecordSuccess
{
    private const int Samples = 10_000;

    private readonly Recorder _recorder = new();
    private readonly ManualResetEventSlim _go = new();
    private readonly ManualResetEventSlim _done = new();
    private Thread? _other;
    private volatile bool _over;

    [GlobalSetup(Target = nameof(OnTwoThreads))]
    public void StartOther()
    {
        _other = new Thread(() =>
        {
            while (!_over)
            {
                _go.Wait();
                _go.Reset();
                _recorder.Record(Samples);
                _done.Set();
            }
        });
        _other.Start();
    }

    [GlobalCleanup(Target = nameof(OnTwoThreads))]
    public void StopOther()
    {
        _over = true;
        _go.Set();
        _other!.Join();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Samples)]
    public void OnOneThread() => _recorder.Record(Samples);

    [Benchmark(OperationsPerInvoke = 2 * Samples)]
    public void OnTwoThreads()
    {
        _go.Set();
        _recorder.Record(Samples);
        _done.Wait();
        _done.Reset();
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public void PollysBreaker() => _recorder.RecordWithPolly(Samples);
}
