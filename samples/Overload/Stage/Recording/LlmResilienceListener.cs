using System.Diagnostics.Metrics;
using LlmResilience;

namespace Overload.Stage.Recording;

/// <summary>Listens to the library's meter, as OpenTelemetry would.</summary>
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
                && instrument.Name is LlmResilienceTelemetry.Ejections or LlmResilienceTelemetry.Fallbacks or LlmResilienceTelemetry.FirstTokenDuration)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(OnCount);
        _listener.SetMeasurementEventCallback<double>(OnDuration);
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    private void OnCount(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == LlmResilienceTelemetry.Fallbacks)
        {
            _recorder.FellBack();
        }
        else
        {
            // The counter tells that it happened and why, the snapshot for how long.
            var name = Read(tags, LlmResilienceTelemetry.EndpointTag);
            var endpoint = _app.Endpoints!.GetSnapshot().First(endpoint => endpoint.Name == name);
            _recorder.Ejected(name, endpoint.K, endpoint.EjectionTime.GetValueOrDefault(), Read(tags, LlmResilienceTelemetry.ReasonTag));
        }
    }

    private void OnDuration(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        => _recorder.EndpointSentFirstToken(Read(tags, LlmResilienceTelemetry.EndpointTag), TimeSpan.FromSeconds(seconds));

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
