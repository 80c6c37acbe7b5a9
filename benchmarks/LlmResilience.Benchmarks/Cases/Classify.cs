using BenchmarkDotNet.Attributes;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Telling what kind of failure an exception of the SDK is.</summary>
[MemoryDiagnoser]
public class Classify
{
    private readonly Exception _exception = SdkFailure.RateLimited();

    [Benchmark]
    public FailureKind OpenAI() => SdkFailure.Classify(_exception);
}
