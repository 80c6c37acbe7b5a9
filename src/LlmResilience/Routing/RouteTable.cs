using System.Collections.Concurrent;
using LlmResilience.Chains;

namespace LlmResilience.Routing;

/// <summary>The routes of a client as its options are now, over one set of endpoints. Immutable: a reload makes a new one.</summary>
internal sealed class RouteTable
{
    // Far more models than an app names; of those beyond it every route is asked each time.
    private const int MostModels = 1000;

    private readonly CompiledRoute[] _routes;

    // The routes that a model's name leaves, found once for each name; and those that no name does.
    private readonly CompiledRoute[] _withoutModel;
    private readonly ConcurrentDictionary<string, CompiledRoute[]> _byModel = new(StringComparer.Ordinal);
    private int _modelCount;

    /// <summary>Creates it.</summary>
    /// <param name="all">The chain of all endpoints, which serves every request where there are no routes.</param>
    /// <param name="routes">The routes, in their order.</param>
    /// <param name="region">The region of requests that name none.</param>
    public RouteTable(Chain all, CompiledRoute[] routes, string? region)
    {
        All = all;
        Region = region;
        _routes = routes;
        _withoutModel = Array.FindAll(routes, static route => route.TakesModel(model: null));
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

        foreach (var route in RoutesFor(request.ModelId))
        {
            if (route.TakesBesidesModel(request))
            {
                return route.Chain;
            }
        }

        return null;
    }

    /// <summary>The chain of the route of this name; <see langword="null"/> if there is none.</summary>
    public Chain? FindByName(string name) => Array.Find(_routes, route => string.Equals(route.Name, name, StringComparison.OrdinalIgnoreCase))?.Chain;

    private CompiledRoute[] RoutesFor(string? model)
    {
        if (model is null)
        {
            return _withoutModel;
        }

        return _byModel.TryGetValue(model, out var routes) ? routes : FindRoutesFor(model);
    }

    private CompiledRoute[] FindRoutesFor(string model)
    {
        var routes = Array.FindAll(_routes, route => route.TakesModel(model));
        if (Volatile.Read(ref _modelCount) < MostModels && _byModel.TryAdd(model, routes))
        {
            Interlocked.Increment(ref _modelCount);
        }

        return routes;
    }
}
