using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LlmResilience.Telemetry;

/// <summary>The meter and its instruments, one set for the process.</summary>
/// <remarks>
/// What a listener of the app's throws must not end a request, nor, on a timer's thread, the process: all records go through
/// <see cref="Add"/> and <see cref="Record"/>.
/// </remarks>
internal static class Instruments
{
    // OpenTelemetry's bounds for calls of models, 0.01 x 2^n seconds, and two more for what runs longer than 82 of them.
    private static readonly InstrumentAdvice<double> FirstTokenBounds = new() { HistogramBucketBoundaries = Bounds(14) };
    private static readonly InstrumentAdvice<double> DurationBounds = new() { HistogramBucketBoundaries = Bounds(16) };

    public static Meter Meter { get; } = new(LlmResilienceTelemetry.MeterName, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    public static Histogram<double> RequestDuration { get; } = Meter.CreateHistogram(
        LlmResilienceTelemetry.RequestDuration, "s", "How long requests took, until the app is done with their streams.", tags: null, DurationBounds);

    public static Histogram<double> AttemptDuration { get; } = Meter.CreateHistogram(
        LlmResilienceTelemetry.AttemptDuration, "s", "How long attempts took, streams to their end.", tags: null, DurationBounds);

    public static Histogram<double> AttemptTimeToFirstToken { get; } = Meter.CreateHistogram(
        LlmResilienceTelemetry.AttemptTimeToFirstToken, "s", "From the call of an endpoint to its first token, or to its response.", tags: null, FirstTokenBounds);

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>(
        LlmResilienceTelemetry.Retries, "{retry}", "Attempts at the same endpoint again.");

    public static Counter<long> Fallbacks { get; } = Meter.CreateCounter<long>(
        LlmResilienceTelemetry.Fallbacks, "{fallback}", "Requests that moved on to the next endpoint.");

    public static Counter<long> Probes { get; } = Meter.CreateCounter<long>(
        LlmResilienceTelemetry.Probes, "{probe}", "Probes that the library has sent to endpoints.");

    public static void Add(Counter<long> counter, in TagList tags)
    {
        try
        {
            counter.Add(1, tags);
        }
#pragma warning disable CA1031 // There is nobody to tell.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    public static void Record(Histogram<double> histogram, long ticks, in TagList tags)
    {
        try
        {
            histogram.Record((double)ticks / TimeSpan.TicksPerSecond, tags);
        }
#pragma warning disable CA1031 // There is nobody to tell.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static double[] Bounds(int count) => [.. Enumerable.Range(0, count).Select(power => 0.01 * (1 << power))];
}
