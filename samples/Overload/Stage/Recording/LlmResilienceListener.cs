using System.Diagnostics.Metrics;
using LlmResilience;

namespace Overload.Stage.Recording;

/// <summary>Listens to the library's meter, as OpenTelemetry would, and to its events.</summary>
internal sealed class LlmResilienceListener : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly IApp _app;
    private readonly RunRecorder _recorder;

    public LlmResilienceListener(IApp app, RunRecorder recorder)
    {
        _app = app;
        _recorder = recorder;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == LlmResilienceTelemetry.MeterName
                && instrument.Name is LlmResilienceTelemetry.Fallbacks or LlmResilienceTelemetry.AttemptTimeToFirstToken)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(OnFallback);
        _listener.SetMeasurementEventCallback<double>(OnFirstToken);
        _listener.Start();
        _app.OnEndpointStateChanged = OnEndpointStateChanged;
    }

    public void Dispose()
    {
        _app.OnEndpointStateChanged = null;
        _listener.Dispose();
    }

    private void OnFallback(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) => _recorder.FellBack();

    private void OnFirstToken(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        => _recorder.EndpointSentFirstToken(Read(tags, LlmResilienceTelemetry.EndpointNameTag), TimeSpan.FromSeconds(seconds));

    // The event tells that it happened, the snapshot why and for how long.
    private void OnEndpointStateChanged(EndpointStateChangedContext change)
    {
        if (change.State == EndpointState.Ejected && _app.Endpoints!.TryGetSnapshot(change.EndpointName, out var endpoint))
        {
            _recorder.Ejected(endpoint.Name, endpoint.EjectionMultiplier, endpoint.EjectionDuration.GetValueOrDefault(), $"{endpoint.EjectionReason}");
        }
    }

    private static string Read(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name)
            {
                return value as string ?? "";
            }
        }

        return "";
    }
}
