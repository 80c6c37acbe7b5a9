using System.Globalization;

namespace LlmResilience;

/// <summary>Says why an endpoint was not asked.</summary>
internal static class PassedOver
{
    public static EndpointEjectedException Explain(Endpoint endpoint, long now)
    {
        var health = endpoint.Health.GetSnapshot(now);
        var returnsAt = endpoint.Health.ReturnsAt(now);
        var why = endpoint.Load.Orphans >= Endpoint.MaxOrphans
            ? string.Create(CultureInfo.InvariantCulture, $"{endpoint.Load.Orphans} abandoned attempts have not ended: its client ignores cancellation")
            : Describe(health, now);
        return new EndpointEjectedException(why, returnsAt == long.MaxValue ? null : TimeSpan.FromTicks(Math.Max(0, returnsAt - now)))
        {
            CoolDownReason = health.CoolDownReason,
        };
    }

    private static string Describe(in HealthSnapshot health, long now)
    {
        if (health.State == EndpointState.Drained)
        {
            return "drained by the operator";
        }

        if (health.CoolDownUntil is { } until)
        {
            return $"cooling down for {Seconds(until - now)} more s after {health.CoolDownReason}";
        }

        return health.State switch
        {
            EndpointState.Ejected => $"ejected by {health.EjectionReason} for {Seconds(health.EjectedUntil.GetValueOrDefault() - now)} more s, k = {health.Multiplier}",
            EndpointState.Probing => "being probed by another request",
            _ => "not asked",
        };
    }

    private static string Seconds(long ticks) => Math.Ceiling(TimeSpan.FromTicks(ticks).TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
