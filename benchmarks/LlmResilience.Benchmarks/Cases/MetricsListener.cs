using System.Diagnostics.Metrics;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Listens to every instrument of the library, as a metrics exporter does.</summary>
internal static class MetricsListener
{
    public static MeterListener Start()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (string.Equals(instrument.Meter.Name, LlmResilienceTelemetry.MeterName, StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }
}
