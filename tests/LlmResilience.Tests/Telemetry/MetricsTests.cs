using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.Telemetry;

/// <summary>What is measured, with which tags, and nothing secret among them.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measurements = new();
    private readonly MeterListener _listener = new();
    private readonly string _a = $"a-{Guid.NewGuid()}";
    private readonly string _b = $"b-{Guid.NewGuid()}";

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LlmResilienceTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    [Fact]
    public async Task A_fallback_is_counted_from_end_to_end()
    {
        using var chain = new TestChain()
            .Endpoint(_a, new FakeChatClient(Script.Throw(new IOException("secret"))), endpoint => endpoint.Ejection.ConsecutiveFailureThreshold = 1)
            .Endpoint(_b, new FakeChatClient(Script.Answer("well")));

        await chain.Client.AskAsync(streaming: true, prompt: "secret");
        _listener.RecordObservableInstruments();

        Assert.Equal(FailureKind.ConnectionFailed.ToString(), Of(LlmResilienceTelemetry.Attempts, _a).Tags[LlmResilienceTelemetry.ErrorTypeTag]);
        Assert.DoesNotContain(LlmResilienceTelemetry.ErrorTypeTag, Of(LlmResilienceTelemetry.Attempts, _b).Tags);
        Assert.Equal(1, Of(LlmResilienceTelemetry.Fallbacks, _a).Value);
        Assert.Equal(nameof(EjectionReason.ConsecutiveFailures), Of(LlmResilienceTelemetry.Ejections, _a).Tags[LlmResilienceTelemetry.ReasonTag]);
        Assert.Equal(0, Of(LlmResilienceTelemetry.FirstTokenDuration, _b).Value);
        Assert.Equal((double)EndpointState.Ejected, Of(LlmResilienceTelemetry.EndpointStateGauge, _a).Value);
        Assert.Equal(1, Of(LlmResilienceTelemetry.EndpointK, _a).Value);
        Assert.Equal(0, Of(LlmResilienceTelemetry.EndpointInFlight, _b).Value);
        Assert.DoesNotContain(_measurements, measurement => measurement.Tags.Values.Any(tag => tag is string text && text.Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_endpoint_that_is_drained_or_cools_down_is_not_measured_as_healthy()
    {
        using var chain = new TestChain()
            .Endpoint(_a, new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 20))), endpoint => endpoint.AddFailureClassifier(new RefusalClassifier()))
            .Endpoint(_b, Script.Answer("well"));

        await chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Drain(_b);
        _listener.RecordObservableInstruments();

        Assert.Equal((double)EndpointState.CoolingDown, Of(LlmResilienceTelemetry.EndpointStateGauge, _a).Value);
        Assert.Equal((double)EndpointState.Drained, Of(LlmResilienceTelemetry.EndpointStateGauge, _b).Value);
    }

    [Fact]
    public async Task First_tokens_are_measured_in_seconds()
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint(_a, new Script().Then((_, _) => release.Task).Text("one").Finish());

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromMilliseconds(250));
        release.SetResult();
        await answer;

        Assert.Equal(0.25, Of(LlmResilienceTelemetry.FirstTokenDuration, _a).Value, 6);
        Assert.Equal(TimeSpan.FromMilliseconds(250), chain[_a].AverageTimeToFirstToken);
    }

    public void Dispose() => _listener.Dispose();

    private (string Name, double Value, Dictionary<string, object?> Tags) Of(string name, string endpoint)
        => Assert.Single(_measurements, measurement => measurement.Name == name && Equals(measurement.Tags.GetValueOrDefault(LlmResilienceTelemetry.EndpointTag), endpoint));

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _measurements.Enqueue((instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
}
