using System.Globalization;
using LlmResilience.Health;

namespace LlmResilience.Endpoints;

/// <summary>Says why an endpoint cannot be asked.</summary>
internal static class Unavailability
{
    /// <returns><see langword="null"/> if it can be.</returns>
    public static EndpointUnavailableException? Explain(Endpoint endpoint, long now)
    {
        var health = endpoint.Health.GetSnapshot(now);
        if (endpoint.Load.Abandoned >= Endpoint.MaxAbandonedAttempts)
        {
            var abandoned = string.Create(CultureInfo.InvariantCulture, $"{endpoint.Load.Abandoned} abandoned attempts have not ended: its client ignores cancellation");
            return new EndpointUnavailableException(endpoint.Name, health.State, abandoned);
        }

        if (health.IsAvailable)
        {
            return null;
        }

        var returnsAt = endpoint.Health.ReturnsAt(now);
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
        _ => "being probed by another request",
    };

    private static string Seconds(long ticks) => Math.Ceiling(TimeSpan.FromTicks(ticks).TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
