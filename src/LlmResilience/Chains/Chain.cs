using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Telemetry;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Chains;

/// <summary>The endpoints that a request may use, in the order in which they are asked, and what holds for all of them.</summary>
/// <remarks>Immutable: a reload makes a new one. What changes is in the endpoints and in the context, which the chains of a client share.</remarks>
internal sealed class Chain
{
    private readonly Func<Chain> _latest;

    private Chain(ChainContext context, ChainSettings settings, Endpoint[] endpoints, EndpointGroup[] groups, Func<Chain> latest)
    {
        Context = context;
        Settings = settings;
        Endpoints = endpoints;
        Groups = groups;
        _latest = latest;
    }

    /// <summary>Every endpoint, in the order of the chain.</summary>
    public Endpoint[] Endpoints { get; }

    /// <summary>The same, by priority.</summary>
    public EndpointGroup[] Groups { get; }

    public ChainContext Context { get; }

    public ChainSettings Settings { get; }

    public MonotonicClock Clock => Context.Clock;

    public ChainTelemetry Telemetry => Context.Telemetry;

    /// <summary>This chain as it is now: what a reload has put in its place, or itself.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public Chain Latest => _latest();

    /// <summary>An endpoint of it is retired, so that another chain has taken its place, or its client is disposed.</summary>
    public bool IsOutdated => Array.Exists(Endpoints, static endpoint => endpoint.IsRetired);

    /// <summary>Requests wait in line, and who comes now joins them.</summary>
    public bool HasLine => !Context.Line.IsEmpty && Settings.AllUnavailableBehavior == AllUnavailableBehavior.Wait;

    /// <summary>Whose changes the chain depends on: a chain over endpoints of several clients has several.</summary>
    public IEnumerable<EjectionPool> Pools => Endpoints.Select(endpoint => endpoint.Health.Pool).Append(Context.Pool);

    /// <summary>The chain without some of its endpoints; where it has none of them, itself.</summary>
    public Chain Without(IReadOnlyCollection<Endpoint> endpoints)
    {
        if (!Array.Exists(Endpoints, endpoints.Contains))
        {
            return this;
        }

        var groups = Groups.Select(group => new EndpointGroup([.. group.All.Except(endpoints)]));
        return new Chain(Context, Settings, [.. Endpoints.Except(endpoints)], [.. groups], _latest);
    }

    /// <summary>What an endpoint's client has that speaks for the chain: all of it in a chain of one, else only who the first one is.</summary>
    public object? FindService(Type serviceType, object? serviceKey)
        => Endpoints.Length == 1 || serviceType == typeof(ChatClientMetadata) ? Endpoints[0].Client.GetService(serviceType, serviceKey) : null;

    /// <summary>A chain by priority; inside one priority the order of registration counts.</summary>
    public static Chain ByPriority(ChainContext context, ChainSettings settings, IEnumerable<Endpoint> endpoints, Func<Chain> latest)
    {
        // Both are stable.
        Endpoint[] ordered = [.. endpoints.OrderBy(endpoint => endpoint.Settings.Priority)];
        EndpointGroup[] groups = [.. ordered.GroupBy(endpoint => endpoint.Settings.Priority).Select(group => new EndpointGroup([.. group]))];
        return new Chain(context, settings, ordered, groups, latest);
    }

    /// <summary>Endpoints in exactly this order, for which holds what holds for another chain.</summary>
    public static Chain InOrder(Chain like, Endpoint[] endpoints, Func<Chain> latest)
        => new(like.Context, like.Settings, endpoints, [new EndpointGroup(endpoints)], latest);
}
