using LlmResilience.Health;
using Polly;
using Polly.CircuitBreaker;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Records successes of a healthy endpoint, as an attempt does at its first token.</summary>
internal sealed class Recorder
{
    private const long TicksBetweenSamples = 1000;

    // Goes on from call to call, so that no bucket of the window fills up and stops counting.
    [ThreadStatic]
    private static long _now;

    private readonly EndpointHealth _health = new(EjectionSettings.From(new EjectionOptions()), new EjectionPool());
    private readonly ResiliencePipeline _breaker = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions()).Build();

    public void Record(int samples)
    {
        _health.TryAdmitHealthy(out var admission);
        var now = Math.Max(_now, TimeSpan.TicksPerHour);
        for (var i = 0; i < samples; i++)
        {
            _health.Succeeded(ref admission, now += TicksBetweenSamples);
        }

        _now = now;
    }

    /// <summary>The peer: a pipeline of nothing but a breaker around nothing.</summary>
    public void RecordWithPolly(int samples)
    {
        for (var i = 0; i < samples; i++)
        {
            _breaker.Execute(static () => { });
        }
    }
}
