using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using LlmResilience.Telemetry;

namespace LlmResilience.Endpoints;

/// <summary>The instruments that are looked at rather than told: endpoints of the clients that are alive.</summary>
internal static class EndpointGauges
{
    // Weak: a client that its app has forgotten without disposing it goes all the same.
    private static readonly ConditionalWeakTable<LlmEndpoints, object?> Clients = [];

    static EndpointGauges()
    {
        var meter = Instruments.Meter;
        meter.CreateObservableUpDownCounter(
            LlmResilienceTelemetry.AttemptActive, () => Observe(endpoint => endpoint.Load.InFlight), "{attempt}", "Attempts in flight.");
        meter.CreateObservableUpDownCounter(
            LlmResilienceTelemetry.AttemptAbandoned, () => Observe(endpoint => endpoint.Load.Abandoned), "{attempt}", "Abandoned attempts whose client has not let go.");
        meter.CreateObservableUpDownCounter(
            LlmResilienceTelemetry.EndpointStatus, ObserveStatus, "{endpoint}", "1 for the state that an endpoint is in, 0 for the others.");
        meter.CreateObservableGauge(
            LlmResilienceTelemetry.EjectionMultiplier, () => Observe(MultiplierOf), "{ejection}", "The multiplier of the base ejection time.");
        meter.CreateObservableCounter(
            LlmResilienceTelemetry.Ejections, ObserveEjections, "{ejection}", "Endpoints taken out of rotation, by what did it.");
    }

    public static void Add(LlmEndpoints client) => Clients.TryAdd(client, null);

    public static void Remove(LlmEndpoints client) => Clients.Remove(client);

    private static long MultiplierOf(Endpoint endpoint) => endpoint.Health.GetSnapshot(endpoint.Clock.Now).Multiplier;

    private static IEnumerable<Measurement<long>> Observe(Func<Endpoint, long> value)
    {
        foreach (var endpoint in Endpoints())
        {
            yield return new Measurement<long>(value(endpoint), Tags(endpoint));
        }
    }

    private static IEnumerable<Measurement<long>> ObserveStatus()
    {
        foreach (var endpoint in Endpoints())
        {
            var current = (int)endpoint.Health.GetSnapshot(endpoint.Clock.Now).State;
            for (var state = 0; state < SnakeCase<EndpointState>.All.Count; state++)
            {
                var tag = new KeyValuePair<string, object?>(LlmResilienceTelemetry.EndpointStateTag, SnakeCase<EndpointState>.All[state]);
                yield return new Measurement<long>(state == current ? 1 : 0, [.. Tags(endpoint), tag]);
            }
        }
    }

    // From 0, so that a first ejection is an increase and not a series that begins.
    private static IEnumerable<Measurement<long>> ObserveEjections()
    {
        foreach (var endpoint in Endpoints())
        {
            for (var reason = 0; reason < SnakeCase<EjectionReason>.All.Count; reason++)
            {
                var tag = new KeyValuePair<string, object?>(LlmResilienceTelemetry.EjectionTriggerTag, SnakeCase<EjectionReason>.All[reason]);
                yield return new Measurement<long>(endpoint.Health.CountEjections((EjectionReason)reason), [.. Tags(endpoint), tag]);
            }
        }
    }

    private static IEnumerable<Endpoint> Endpoints() => Clients.SelectMany(client => client.Key.Current);

    private static KeyValuePair<string, object?>[] Tags(Endpoint endpoint) => [endpoint.Telemetry.ClientTag, endpoint.Telemetry.NameTag];
}
