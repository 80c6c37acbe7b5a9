using System.Collections.Concurrent;
using LlmResilience.Endpoints;
using LlmResilience.Telemetry;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Chains;

/// <summary>The endpoints that a request may use, in the order in which they are asked, and what holds for all of them.</summary>
/// <remarks>
/// Immutable: a reload makes a new one. What changes is in the endpoints and in the context, which the chains of a client share. A request
/// that asks for less than all of a chain gets a narrower chain, made once for all that ask for the same.
/// </remarks>
internal sealed class Chain
{
    // Far more than the tenants or plans of an app that each have a list of their own; beyond it a list costs its chain every time.
    private const int MostNarrowerChains = 1000;

    // Clients that answer at once are caches and tests; among more than so many nobody looks for them.
    private const int FewEndpoints = 8;

    private readonly Endpoint[][] _tiers;
    private readonly RegionalTier[]? _regionalTiers;
    private readonly Func<Chain> _latest;
    private readonly ConcurrentDictionary<string[], Chain> _allowing = new(NameListComparer.Instance);
    private readonly ConcurrentDictionary<StateHolder, Chain> _heldBy = new();
    private readonly ConcurrentDictionary<string, Chain> _inRegion = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Creates a chain.</summary>
    /// <param name="context">What the chains of the client share.</param>
    /// <param name="settings">Its options.</param>
    /// <param name="tiers">Its endpoints: those of the first tier are asked first, as its balancer says.</param>
    /// <param name="latest">Finds what a reload has put in its place.</param>
    /// <param name="route">The rule that it belongs to; <see langword="null"/> without rules.</param>
    /// <param name="region">Where its requests come from: near endpoints come first in their tier.</param>
    public Chain(ChainContext context, ChainSettings settings, IEnumerable<Endpoint[]> tiers, Func<Chain> latest, string? route = null, string? region = null)
    {
        Context = context;
        Settings = settings;
        RouteName = route;
        Region = region;
        _latest = latest;
        _tiers = [.. tiers.Where(static tier => tier.Length > 0)];
        if (region is null)
        {
            Groups = Array.ConvertAll(_tiers, tier => new EndpointGroup(tier, settings.CreateBalancer));
        }
        else
        {
            _regionalTiers = Array.ConvertAll(_tiers, CreateRegionalTier);
            Groups = [.. _regionalTiers.SelectMany(static tier => new[] { tier.Near, tier.Far })];
        }

        Endpoints = [.. Groups.SelectMany(static group => group.All)];
        NeedsAffinityKey = Array.Exists(Groups, static group => group.Balancer is { NeedsAffinityKey: true });
        IsInOrder = !IsRegional && Array.TrueForAll(Groups, static group => group.Balancer is null);
    }

    /// <summary>Every endpoint, in the order of the chain.</summary>
    public Endpoint[] Endpoints { get; }

    /// <summary>The same in groups; where the region counts, the near and the far ones of each tier side by side.</summary>
    public EndpointGroup[] Groups { get; }

    public ChainContext Context { get; }

    public ChainSettings Settings { get; }

    /// <summary>The rule that the chain belongs to.</summary>
    public string? RouteName { get; }

    public string? Region { get; }

    /// <summary>Who has the state that its requests name, where it was narrowed to those who do.</summary>
    public StateHolder? Holder { get; private init; }

    public bool IsRegional => _regionalTiers is not null;

    /// <summary>Whether its endpoints are asked in one fixed order, so that the first one is known beforehand.</summary>
    public bool IsInOrder { get; }

    public MonotonicClock Clock => Context.Clock;

    public ChainTelemetry Telemetry => Context.Telemetry;

    /// <summary>This chain as it is now: what a reload has put in its place, or itself.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public Chain Latest => _latest();

    /// <summary>An endpoint of it is retired, so that another chain has taken its place, or its client is disposed.</summary>
    public bool IsOutdated => Array.Exists(Endpoints, static endpoint => endpoint.IsRetired);

    /// <summary>Whether whoever is asked first has its answers there at once.</summary>
    public bool AnswersAtOnce => IsInOrder
        ? Endpoints is [{ Habits.AnswersAtOnce: true }, ..]
        : Endpoints.Length <= FewEndpoints && Array.TrueForAll(Endpoints, static endpoint => endpoint.Habits.AnswersAtOnce);

    /// <summary>Requests wait in line, and who comes now joins them.</summary>
    public bool HasLine => !Context.Line.IsEmpty && Settings.AllUnavailableBehavior == AllUnavailableBehavior.Wait;

    /// <summary>Whether a request's conversation matters to the choice.</summary>
    public bool NeedsAffinityKey { get; }

    /// <summary>The tiers of all endpoints by priority; inside one priority the order of registration counts.</summary>
    public static IEnumerable<Endpoint[]> TiersByPriority(IEnumerable<Endpoint> endpoints)
        // Both are stable.
        => endpoints.OrderBy(static endpoint => endpoint.Settings.Priority).GroupBy(static endpoint => endpoint.Settings.Priority, static (_, tier) => tier.ToArray());

    /// <summary>Whether the far endpoints of this tier come first for the next request.</summary>
    public bool DealFarFirst(int group, long now) => _regionalTiers![group / 2].DealFarFirst(now);

    /// <summary>The chain without some of its endpoints; where it has none of them, itself.</summary>
    public Chain Without(IReadOnlyCollection<Endpoint> endpoints)
        => Array.Exists(Endpoints, endpoints.Contains) ? Keep(endpoint => !endpoints.Contains(endpoint), _latest) : this;

    /// <summary>The chain with the endpoints only that have the state which a request names. It is empty where a reload, or a rule, has left none.</summary>
    public Chain HeldBy(StateHolder holder)
    {
        if (_heldBy.TryGetValue(holder, out var chain))
        {
            return chain;
        }

        chain = Keep(holder.Includes, () => Latest.HeldBy(holder), holder);
        if (_heldBy.Count < MostNarrowerChains)
        {
            _heldBy.TryAdd(holder, chain);
        }

        return chain;
    }

    /// <summary>The chain without the endpoints that a reload has removed.</summary>
    public Chain WithoutRetired() => Without([.. Endpoints.Where(static endpoint => endpoint.IsRetired)]);

    /// <summary>The chain with the endpoints of these names only. It may be empty.</summary>
    public Chain Allowing(string[] names) => _allowing.TryGetValue(names, out var chain) ? chain : MakeAllowing(names);

    /// <summary>The chain for requests that come from a region; itself where no endpoint is in it, or all are.</summary>
    public Chain InRegion(string region)
    {
        if (_inRegion.TryGetValue(region, out var chain))
        {
            return chain;
        }

        return IsPartlyIn(region) ? MakeInRegion(region) : this;
    }

    /// <summary>What an endpoint's client has that speaks for the chain: all of it in a chain of one, else only who the first one is.</summary>
    public object? FindService(Type serviceType, object? serviceKey)
        => Endpoints.Length == 1 || serviceType == typeof(ChatClientMetadata) ? Endpoints[0].Client.GetService(serviceType, serviceKey) : null;

    // Apart from the looking up, which so captures nothing and allocates nothing.
    private Chain MakeAllowing(string[] names)
    {
        var chain = Keep(endpoint => names.Contains(endpoint.Name, StringComparer.OrdinalIgnoreCase), () => Latest.Allowing(names));
        if (_allowing.Count < MostNarrowerChains)
        {
            _allowing.TryAdd(names, chain);
        }

        return chain;
    }

    private Chain MakeInRegion(string region)
        => _inRegion.GetOrAdd(region, new Chain(Context, Settings, _tiers, () => Latest.InRegion(region), RouteName, region) { Holder = Holder });

    private bool IsPartlyIn(string region)
    {
        var near = 0;
        foreach (var endpoint in Endpoints)
        {
            near += endpoint.Settings.IsIn(region) ? 1 : 0;
        }

        return near > 0 && near < Endpoints.Length;
    }

    private Chain Keep(Func<Endpoint, bool> condition, Func<Chain> latest, StateHolder? holder = null)
        => new(Context, Settings, _tiers.Select(tier => tier.Where(condition).ToArray()), latest, RouteName, Region) { Holder = holder ?? Holder };

    private RegionalTier CreateRegionalTier(Endpoint[] tier)
    {
        var near = new EndpointGroup(Array.FindAll(tier, endpoint => endpoint.Settings.IsIn(Region!)), Settings.CreateBalancer);
        var far = new EndpointGroup(Array.FindAll(tier, endpoint => !endpoint.Settings.IsIn(Region!)), Settings.CreateBalancer);
        return new RegionalTier(near, far, Settings.IsOrdered);
    }
}
