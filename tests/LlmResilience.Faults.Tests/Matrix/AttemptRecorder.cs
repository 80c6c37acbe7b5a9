using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>The attempts at each endpoint and how they ended, from the metrics; what a dashboard would show.</summary>
internal sealed class AttemptRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Endpoint, string? Error)> _attempts = new();
    private readonly MeterListener _listener = new();

    public AttemptRecorder()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == LlmResilienceTelemetry.MeterName && instrument.Name == LlmResilienceTelemetry.AttemptDuration)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Record(tags));
        _listener.Start();
    }

    /// <summary>The error of each attempt, in order; null for one that ended well.</summary>
    public IReadOnlyList<string?> Of(string endpoint) => [.. _attempts.Where(attempt => attempt.Endpoint == endpoint).Select(attempt => attempt.Error)];

    public void Dispose() => _listener.Dispose();

    // The document speaks of kinds as the code does; tags are in snake case.
    private static string KindOf(string? tag) => Enum.GetNames<FailureKind>().First(kind => kind.Equals(tag?.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));

    private void Record(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? endpoint = null;
        string? error = null;
        foreach (var (name, value) in tags)
        {
            endpoint = name == LlmResilienceTelemetry.EndpointNameTag ? (string?)value : endpoint;
            error = name == LlmResilienceTelemetry.ErrorTypeTag ? KindOf((string?)value) : error;
        }

        _attempts.Enqueue((endpoint!, error));
    }
}
