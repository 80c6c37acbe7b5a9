using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LlmResilience;

/// <summary>The meter and its instruments, one set for the process; gauges look at the clients that are alive.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(LlmResilienceTelemetry.MeterName, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    private static readonly ConcurrentDictionary<ResilientChatClient, byte> Clients = new();

    static Instruments()
    {
        Meter.CreateObservableGauge(LlmResilienceTelemetry.EndpointStateGauge, () => Observe(endpoint => (long)endpoint.Health.GetSnapshot(endpoint.Clock.Now).State), unit: null, "0 healthy, 1 ramping, 2 probing, 3 unhealthy, 4 cooling down, 5 ejected, 6 drained.");
        Meter.CreateObservableGauge(LlmResilienceTelemetry.EndpointK, () => Observe(endpoint => endpoint.Health.GetSnapshot(endpoint.Clock.Now).Multiplier), unit: null, "The multiplier of the base ejection time.");
        Meter.CreateObservableGauge(LlmResilienceTelemetry.EndpointInFlight, () => Observe(endpoint => endpoint.Load.InFlight), "{attempt}", "Attempts in flight.");
        Meter.CreateObservableGauge(LlmResilienceTelemetry.EndpointOrphans, () => Observe(endpoint => endpoint.Load.Orphans), "{attempt}", "Abandoned attempts whose client has not let go.");
    }

    public static Counter<long> FailedRequests { get; } = Meter.CreateCounter<long>(LlmResilienceTelemetry.FailedRequests, "{request}", "Requests that failed at every endpoint.");

    public static Counter<long> Attempts { get; } = Meter.CreateCounter<long>(LlmResilienceTelemetry.Attempts, "{attempt}", "Attempts that ended.");

    public static Histogram<double> AttemptDuration { get; } = Meter.CreateHistogram<double>(LlmResilienceTelemetry.AttemptDuration, "s", "How long attempts took, streams to their end.");

    public static Histogram<double> FirstTokenDuration { get; } = Meter.CreateHistogram<double>(LlmResilienceTelemetry.FirstTokenDuration, "s", "From the call to the first token.");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>(LlmResilienceTelemetry.Retries, "{retry}", "Attempts at the same endpoint again.");

    public static Counter<long> Fallbacks { get; } = Meter.CreateCounter<long>(LlmResilienceTelemetry.Fallbacks, "{fallback}", "Requests that moved on to the next endpoint.");

    public static Counter<long> Ejections { get; } = Meter.CreateCounter<long>(LlmResilienceTelemetry.Ejections, "{ejection}", "Endpoints taken out of rotation because of their failures.");

    public static void Add(ResilientChatClient client) => Clients.TryAdd(client, 0);

    public static void Remove(ResilientChatClient client) => Clients.TryRemove(client, out _);

    private static IEnumerable<Measurement<long>> Observe(Func<Endpoint, long> value)
    {
        foreach (var (client, _) in Clients)
        {
            foreach (var endpoint in client.Chain.Endpoints)
            {
                yield return new Measurement<long>(value(endpoint), endpoint.Telemetry.Tags);
            }
        }
    }
}
