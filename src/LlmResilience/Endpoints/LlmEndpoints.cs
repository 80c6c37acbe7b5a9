namespace LlmResilience;

/// <summary>The endpoints of a resilient client: what the operator sees, and the operator's verbs. Get it with <c>client.GetService&lt;LlmEndpoints&gt;()</c>.</summary>
public sealed class LlmEndpoints
{
    private readonly ResilientChatClient _client;

    internal LlmEndpoints(ResilientChatClient client) => _client = client;

    /// <summary>Every endpoint now, in the order of the chain.</summary>
    /// <returns>A snapshot that does not change.</returns>
    public IReadOnlyList<EndpointSnapshot> GetSnapshot() => [.. _client.Chain.Endpoints.Select(Snapshot)];

    /// <summary>Takes an endpoint out until <see cref="Restore"/>. What is in flight goes on.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <exception cref="ArgumentException">There is no endpoint of that name.</exception>
    public void Drain(string name) => Find(name).Health.Drain();

    /// <summary>Ejects an endpoint as its own failures would: for k times the base, after which it is probed. One that is ejected stays so.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <exception cref="ArgumentException">There is no endpoint of that name.</exception>
    public void Eject(string name)
    {
        var endpoint = Find(name);
        endpoint.Telemetry.HealthChanged(endpoint.Health.Eject(endpoint.Clock.Now));
    }

    /// <summary>Puts an endpoint back in full: drained, ejected and cooling down no longer, k at 0.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <exception cref="ArgumentException">There is no endpoint of that name.</exception>
    public void Restore(string name)
    {
        var endpoint = Find(name);
        endpoint.Health.Restore(endpoint.Clock.Now);
    }

    private static EndpointSnapshot Snapshot(Endpoint endpoint)
    {
        var health = endpoint.Health.GetSnapshot(endpoint.Clock.Now);
        return new EndpointSnapshot
        {
            Name = endpoint.Name,
            Priority = endpoint.Settings.Priority,
            State = health.State,
            IsAvailable = health.IsAvailable,
            K = health.K,
            EjectionTime = health.EjectionTime,
            EjectedUntil = health.EjectedUntil is { } ejected ? endpoint.Clock.ToUtc(ejected) : null,
            EjectionReason = health.EjectionReason,
            CoolingDownUntil = health.CoolingDownUntil is { } cooling ? endpoint.Clock.ToUtc(cooling) : null,
            CoolDownReason = health.CoolDownReason,
            Samples = health.Samples,
            FailureRatio = health.Samples == 0 ? 0 : (double)health.Failures / health.Samples,
            Share = health.Share,
            TimeToFirstToken = endpoint.Load.FirstToken,
            InFlight = endpoint.Load.InFlight,
            Orphans = endpoint.Load.Orphans,
            Ejections = health.Ejections,
        };
    }

    private Endpoint Find(string name)
    {
        var endpoints = _client.Chain.Endpoints;
        return endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no endpoint '{name}'. There are: {string.Join(", ", endpoints.Select(endpoint => $"'{endpoint.Name}'"))}.", nameof(name));
    }
}
