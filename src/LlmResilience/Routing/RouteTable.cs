using LlmResilience.Chains;

namespace LlmResilience.Routing;

/// <summary>The routes of a client as its options are now, over one set of endpoints. Immutable: a reload makes a new one.</summary>
internal sealed class RouteTable
{
    private readonly CompiledRoute[] _routes;

    /// <summary>Creates it.</summary>
    /// <param name="all">The chain of all endpoints, which serves every request where there are no routes.</param>
    /// <param name="routes">The routes, in their order.</param>
    /// <param name="region">The region of requests that name none.</param>
    public RouteTable(Chain all, CompiledRoute[] routes, string? region)
    {
        All = all;
        Region = region;
        _routes = routes;
        AsksNothing = routes.Length == 0 && region is null && !all.NeedsAffinityKey;
    }

    public Chain All { get; }

    public string? Region { get; }

    /// <summary>Whether a request that says nothing of itself needs no looking at.</summary>
    public bool AsksNothing { get; }

    public IReadOnlyList<string> Names => Array.ConvertAll(_routes, static route => route.Name);

    /// <summary>The chain of the first route that takes the request; <see langword="null"/> if none does.</summary>
    public Chain? Find(in LlmRequest request)
    {
        if (_routes.Length == 0)
        {
            return All;
        }

        var model = request.ModelId;
        foreach (var route in _routes)
        {
            if (route.Takes(request, model))
            {
                return route.Chain;
            }
        }

        return null;
    }

    /// <summary>The chain of the route of this name; <see langword="null"/> if there is none.</summary>
    public Chain? FindByName(string name) => Array.Find(_routes, route => string.Equals(route.Name, name, StringComparison.OrdinalIgnoreCase))?.Chain;
}
