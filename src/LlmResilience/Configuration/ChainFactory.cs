using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace LlmResilience;

/// <summary>Makes chains of blueprints that were found right. Endpoints that a new blueprint has kept live on, with their client, health and load.</summary>
internal sealed class ChainFactory
{
    private readonly MonotonicClock _clock;
    private readonly ChainTelemetry _telemetry;
    private readonly EjectionPool _pool = new();
    private readonly IServiceProvider _services;

    public ChainFactory(string clientName, TimeProvider timeProvider, ILogger logger, IServiceProvider services)
    {
        _clock = new MonotonicClock(timeProvider);
        _telemetry = new ChainTelemetry(clientName, logger);
        _services = services;
    }

    /// <summary>Makes a chain; an endpoint of <paramref name="previous"/> with the same name and identity becomes part of it.</summary>
    public Chain Create(LlmResilienceOptions options, ChainBlueprint blueprint, IReadOnlyList<Endpoint> previous)
    {
        var endpoints = new List<Endpoint>();
        var settings = new List<EndpointSettings>();
        try
        {
            foreach (var (definition, endpointOptions) in blueprint.Endpoints)
            {
                definition.Configure(endpointOptions);
                settings.Add(new EndpointSettings(endpointOptions));
                endpoints.Add(Find(previous, definition) ?? CreateEndpoint(definition, endpointOptions, settings[^1]));
            }
        }
        catch
        {
            Disposal.DisposeAll(endpoints.Except(previous).Select(endpoint => endpoint.Client));
            throw;
        }

        // From here on nothing fails: either all of a blueprint applies, or nothing does.
        var now = _clock.Now;
        for (var i = 0; i < endpoints.Count; i++)
        {
            endpoints[i].Reload(settings[i], now);
        }

        _pool.MaxEjectedRatio = options.MaxEjectedRatio;
        _pool.SetMembers(endpoints.Select(endpoint => endpoint.Health));
        return new Chain(options, endpoints, _pool, _clock, _telemetry);
    }

    private static Endpoint? Find(IReadOnlyList<Endpoint> endpoints, EndpointDefinition definition)
        => endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.Name, definition.Name, StringComparison.Ordinal) && endpoint.Identity.Equals(definition.Identity));

    private Endpoint CreateEndpoint(EndpointDefinition definition, EndpointOptions options, EndpointSettings settings)
    {
        var client = definition.CreateClient(options, _services);
        try
        {
            var inPipeline = options.GetPipeline() is { Count: > 0 } pipeline ? PipelineChatClient.Create(client, pipeline, _clock.TimeProvider) : client;
            return new Endpoint(definition.Name!, definition.Identity, inPipeline, settings, _pool, _clock, _telemetry);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
