using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LlmResilience.Tests.Failures;
using LlmResilience.Tests.Probing;
using Microsoft.Extensions.AI;

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

        var failed = Of(LlmResilienceTelemetry.AttemptDuration, _a).Tags;
        Assert.Equal(("failure", "connection_failed"), (failed[LlmResilienceTelemetry.OutcomeTag], failed[LlmResilienceTelemetry.ErrorTypeTag]));
        var answered = Of(LlmResilienceTelemetry.AttemptDuration, _b).Tags;
        Assert.Equal("success", answered[LlmResilienceTelemetry.OutcomeTag]);
        Assert.DoesNotContain(LlmResilienceTelemetry.ErrorTypeTag, answered);
        var fallback = Of(LlmResilienceTelemetry.Fallbacks, _a);
        Assert.Equal((1, _b, "connection_failed"), (fallback.Value, fallback.Tags[LlmResilienceTelemetry.FallbackTargetTag], fallback.Tags[LlmResilienceTelemetry.ErrorTypeTag]));
        Assert.Equal(0, Of(LlmResilienceTelemetry.AttemptTimeToFirstToken, _b).Value);
        Assert.Equal("ejected", StateOf(_a));
        Assert.Equal(1, Of(LlmResilienceTelemetry.EjectionMultiplier, _a).Value);
        Assert.Equal(0, Of(LlmResilienceTelemetry.AttemptActive, _b).Value);
        Assert.Equal(0, Of(LlmResilienceTelemetry.AttemptAbandoned, _b).Value);
        Assert.Equal(
            [
                ("failure_ratio", 0), ("consecutive_failures", 1), ("consecutive_gateway_failures", 0), ("consecutive_connection_failures", 0),
                ("probe_failed", 0), ("manual", 0),
            ],
            All(LlmResilienceTelemetry.Ejections, _a).Select(ejections => (ejections.Tags[LlmResilienceTelemetry.EjectionTriggerTag], ejections.Value)));
        Assert.DoesNotContain(_measurements, measurement => measurement.Tags.Values.Any(tag => tag is string text && text.Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_endpoint_that_is_drained_or_cools_down_is_not_measured_as_healthy()
    {
        using var chain = new TestChain()
            .Endpoint(_a, new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 20))), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()))
            .Endpoint(_b, Script.Answer("well"));

        await chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Drain(_b);
        _listener.RecordObservableInstruments();

        Assert.Equal("cooling_down", StateOf(_a));
        Assert.Equal("drained", StateOf(_b));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_is_measured_once_with_its_outcome_and_what_saved_it(bool streaming)
    {
        using var chain = Named()
            .Endpoint(_a, Script.Answer("first"), Script.Throw(new IOException()), Script.Throw(new IOException()), Script.Throw(new ArgumentException("bad")))
            .Endpoint(_b, Script.Answer("saved"), Script.Throw(new IOException()));

        await chain.Client.AskAsync(streaming);
        await chain.Client.AskAsync(streaming);
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
        await Assert.ThrowsAsync<ArgumentException>(() => chain.Client.AskAsync(streaming));
        chain.Endpoints.Drain(_a);
        chain.Endpoints.Drain(_b);
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(
            [("success", "none", null), ("success", "fallback", null), ("failure", "none", "all_endpoints_failed"), ("failure", "none", "invalid_request"), ("failure", "none", "all_endpoints_unavailable")],
            Requests());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_requests_own_deadline_and_the_apps_cancel_are_not_the_endpoints(bool streaming)
    {
        using var chain = Named().Endpoint(_a, Script.Hang()).With(options => options.RequestTimeout = TimeSpan.FromSeconds(5));
        using var app = new CancellationTokenSource();

        var inTime = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<RequestTimeoutException>(() => inTime);
        var canceled = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);

        Assert.Equal([("failure", "none", "request_timeout"), ("canceled", "none", null)], Requests());
        Assert.Equal(
            [("failure", "request_timeout"), ("canceled", null)],
            All(LlmResilienceTelemetry.AttemptDuration, _a).Select(attempt => (attempt.Tags[LlmResilienceTelemetry.OutcomeTag], attempt.Tags.GetValueOrDefault(LlmResilienceTelemetry.ErrorTypeTag))));
    }

    [Theory]
    [InlineData(null, "success", null)]
    [InlineData(1, "canceled", null)]
    [InlineData(2, "failure", "stream_interrupted")]
    public async Task A_stream_is_measured_when_the_app_is_done_with_it(int? stage, string outcome, string? errorType)
    {
        var script = stage == 2 ? new Script().Text("one").ThenThrow(new IOException()) : Script.Answer("one two");
        using var chain = Named().Endpoint(_a, new FakeChatClient(script));

        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        await stream.MoveNextAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(2));
        if (stage != 1)
        {
            await Xunit.Record.ExceptionAsync(async () =>
            {
                while (await stream.MoveNextAsync())
                {
                }
            });
        }

        Assert.Empty(Requests());
        await stream.DisposeAsync();

        Assert.Equal([(outcome, "none", errorType)], Requests());
        Assert.Equal(2, _measurements.Single(measurement => measurement.Name == LlmResilienceTelemetry.RequestDuration && IsMine(measurement)).Value, 6);
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

        Assert.Equal(0.25, Of(LlmResilienceTelemetry.AttemptTimeToFirstToken, _a).Value, 6);
        Assert.Equal(TimeSpan.FromMilliseconds(250), chain[_a].AverageTimeToFirstToken);
    }

    [Fact]
    public async Task Active_probes_are_counted_apart_and_nowhere_else()
    {
        var server = new SwitchedClient();
        using var chain = new ProbedChain().Endpoint(_a, server, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);
        await chain.PassUntilAsync(() => server.Probes == 1);
        server.IsUp = false;
        await chain.PassUntilAsync(() => server.Probes == 4);
        await Eventually.IsTrueAsync(() => All(LlmResilienceTelemetry.Probes, _a).Count == 4);
        _listener.RecordObservableInstruments();

        Assert.Equal(
            [("active", "success", null), ("active", "failure", "connection_failed"), ("active", "failure", "connection_failed"), ("active", "failure", "connection_failed")],
            All(LlmResilienceTelemetry.Probes, _a).Select(probe => (
                (string?)probe.Tags[LlmResilienceTelemetry.ProbeTypeTag],
                (string?)probe.Tags[LlmResilienceTelemetry.OutcomeTag],
                (string?)probe.Tags.GetValueOrDefault(LlmResilienceTelemetry.ErrorTypeTag))));
        Assert.Equal("unhealthy", StateOf(_a));
        Assert.Empty(All(LlmResilienceTelemetry.AttemptDuration, _a));
        Assert.Empty(All(LlmResilienceTelemetry.AttemptTimeToFirstToken, _a));
    }

    public void Dispose() => _listener.Dispose();

    private TestChain Named() => new(_a);

    private string? StateOf(string endpoint)
        => (string?)Assert.Single(All(LlmResilienceTelemetry.EndpointStatus, endpoint), status => status.Value == 1).Tags[LlmResilienceTelemetry.EndpointStateTag];

    private IEnumerable<(string?, string?, string?)> Requests() => _measurements
        .Where(measurement => measurement.Name == LlmResilienceTelemetry.RequestDuration && IsMine(measurement))
        .Select(request => (
            (string?)request.Tags[LlmResilienceTelemetry.OutcomeTag],
            (string?)request.Tags[LlmResilienceTelemetry.RequestRecoveryTag],
            (string?)request.Tags.GetValueOrDefault(LlmResilienceTelemetry.ErrorTypeTag)));

    // The meter is the process's: other tests measure at the same time.
    private bool IsMine((string Name, double Value, Dictionary<string, object?> Tags) measurement)
        => Equals(measurement.Tags[LlmResilienceTelemetry.ClientNameTag], _a);

    private List<(string Name, double Value, Dictionary<string, object?> Tags)> All(string name, string endpoint)
        => [.. _measurements.Where(measurement => measurement.Name == name && Equals(measurement.Tags.GetValueOrDefault(LlmResilienceTelemetry.EndpointNameTag), endpoint))];

    private (string Name, double Value, Dictionary<string, object?> Tags) Of(string name, string endpoint) => Assert.Single(All(name, endpoint));

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _measurements.Enqueue((instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
}
