using System.Globalization;
using LlmResilience.Health;

namespace LlmResilience.Endpoints;

/// <summary>Says why an endpoint cannot be asked.</summary>
internal static class Unavailability
{
    /// <returns><see langword="null"/> if a request of this leniency can ask it.</returns>
    public static EndpointUnavailableException? Explain(Endpoint endpoint, long now, Leniency leniency = Leniency.None)
    {
        var health = endpoint.Health.GetSnapshot(now);
        if (endpoint.Load.Abandoned >= Endpoint.MaxAbandonedAttempts)
        {
            var abandoned = string.Create(CultureInfo.InvariantCulture, $"{endpoint.Load.Abandoned} abandoned attempts have not ended: its client ignores cancellation");
            return new EndpointUnavailableException(endpoint.Name, health.State, abandoned);
        }

        if (health.IsAvailable || endpoint.TryAdmitUnchecked(now, leniency))
        {
            return null;
        }

        if (leniency != Leniency.None && health.State == EndpointState.Ejected && health.CoolDownUntil is not null)
        {
            // The ejection would not have kept the request away.
            health = health with { State = EndpointState.CoolingDown };
        }

        var returnsAt = endpoint.Health.ReturnsAt(now, leniency);
        return new EndpointUnavailableException(
            endpoint.Name, health.State, Describe(health, now), returnsAt == long.MaxValue ? null : TimeSpan.FromTicks(Math.Max(0, returnsAt - now)))
        {
            CoolDownReason = health.CoolDownReason,
        };
    }

    private static string Describe(in HealthSnapshot health, long now) => health.State switch
    {
        EndpointState.Drained => "drained by the operator",
        EndpointState.Ejected => $"ejected by {health.EjectionReason} for {Seconds(health.EjectedUntil.GetValueOrDefault() - now)} more s, k = {health.Multiplier}",
        EndpointState.CoolingDown => $"cooling down for {Seconds(health.CoolDownUntil.GetValueOrDefault() - now)} more s after {health.CoolDownReason}",
        EndpointState.Unhealthy => "active probes find it ill",
        _ => "being probed by another request",
    };

    private static string Seconds(long ticks) => Math.Ceiling(TimeSpan.FromTicks(ticks).TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
