using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.LoadBalancing;
using LlmResilience.PollyAdapters;
using LlmResilience.Probing;
using LlmResilience.Routing;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace LlmResilience.Configuration;

/// <summary>Makes chains of blueprints that were found right. Endpoints that a new blueprint has kept live on, with their client, health and load.</summary>
internal sealed class ChainFactory
{
    private readonly ChainContext _context;
    private readonly CurrentRoutes _current;
    private readonly Func<Chain> _latest;
    private readonly IServiceProvider _services;
    private readonly IReadOnlyList<EndpointProvider> _providers;

    public ChainFactory(ChainContext context, CurrentRoutes current, IServiceProvider services, IReadOnlyList<EndpointProvider> providers)
    {
        _context = context;
        _current = current;
        _latest = () => current.Value.All;
        _services = services;
        _providers = providers;
    }

    /// <summary>Makes the chain of all endpoints, and that of each route; an endpoint that the current one has, with the same name and identity, becomes part of it.</summary>
    public RouteTable Create(LlmResilienceOptions options, ChainBlueprint blueprint)
    {
        var previous = _current.Endpoints;
        var endpoints = new List<Endpoint>();
        var settings = new List<EndpointSettings>();
        try
        {
            foreach (var (definition, endpointOptions) in blueprint.Endpoints)
            {
                definition.Configure(endpointOptions);
                foreach (var provider in _providers)
                {
                    provider.ConfigureEveryEndpoint(endpointOptions);
                }

                settings.Add(new EndpointSettings(endpointOptions));
                endpoints.Add(Find(previous, definition) ?? CreateEndpoint(definition, endpointOptions, settings[^1]));
                CheckProbe(definition, endpointOptions, endpoints[^1]);
            }
        }
        catch
        {
            Disposal.DisposeAll(endpoints.Except(previous));
            throw;
        }

        // From here on nothing fails: either all of a blueprint applies, or nothing does.
        var now = _context.Clock.Now;
        for (var i = 0; i < endpoints.Count; i++)
        {
            endpoints[i].Reload(settings[i], now);
        }

        _context.States.SetEndpoints(endpoints);
        _context.Pool.MaxEjectedRatio = options.MaxEjectedRatio;
        _context.Pool.SetMembers(endpoints.Select(endpoint => endpoint.Health));
        var all = new Chain(_context, SettingsOf(options), Chain.TiersByPriority(endpoints), _latest);
        return new RouteTable(all, [.. blueprint.Routes.Select(route => CreateRoute(route.Name, route.Options, options, all))], options.Region);
    }

    private ChainSettings SettingsOf(LlmResilienceOptions options)
        => new(options, options.GetLoadBalancer() is { } own ? Balancers.For(own, _context.Telemetry) : Balancers.For(options.LoadBalancing));

    private static Endpoint[] Find(Chain all, string[] tier)
        => Array.ConvertAll(tier, name => Array.Find(all.Endpoints, endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase))!);

    private static Endpoint? Find(IReadOnlyList<Endpoint> endpoints, EndpointDefinition definition)
        => endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.Name, definition.Name, StringComparison.Ordinal) && endpoint.Identity.Equals(definition.Identity));

    // What a client can do is known only once it is there.
    private static void CheckProbe(EndpointDefinition definition, EndpointOptions options, Endpoint endpoint)
    {
        if (options.ActiveProbe.Enabled && !ProbeRequest.IsPossible(endpoint.Client, options.ActiveProbe))
        {
            var message = $"{definition.Path}:{nameof(options.ActiveProbe)}:{nameof(options.ActiveProbe.Request)} is {options.ActiveProbe.Request}, "
                + $"but the client of endpoint '{definition.Name}' cannot ask for a list of models; it must be {ActiveProbeRequest.Chat}, or a request of your own.";
            throw new OptionsValidationException(definition.Name!, typeof(EndpointOptions), [message]);
        }
    }

    // For a tag: no reason to fail, whatever the client thinks of being asked.
    private static string? FindProviderName(IChatClient client)
    {
        try
        {
            return client.GetService<ChatClientMetadata>()?.ProviderName;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private CompiledRoute CreateRoute(string name, LlmRouteOptions route, LlmResilienceOptions options, Chain all)
    {
        // A request that outlives its route goes on with what is left of it.
        Chain chain = null!;
        chain = new Chain(
            _context,
            SettingsOf(route.Overrides.ApplyTo(options)),
            route.Tiers.Select(tier => Find(all, tier)),
            () => _current.Value.FindByName(name) ?? chain.WithoutRetired(),
            name);
        return new CompiledRoute(route, chain);
    }

    private Endpoint CreateEndpoint(EndpointDefinition definition, EndpointOptions options, EndpointSettings settings)
    {
        BuildScope.Enter(definition.Name);
        var client = definition.CreateClient(options, _services);
        try
        {
            var telemetry = _context.Telemetry.ForEndpoint(definition.Name!, FindProviderName(client));
            var inPipeline = options.GetPipeline() is { Count: > 0 } pipeline
                ? PipelineChatClient.Create(client, pipeline, _context.Clock.TimeProvider, telemetry.CleanUpFailed)
                : client;
            return new Endpoint(definition.Name!, definition.Identity, inPipeline, definition.LeavesOpen, settings, _context.Pool, _context.Clock, telemetry, _context.States);
        }
        catch when (!definition.LeavesOpen)
        {
            client.Dispose();
            throw;
        }
    }
}
