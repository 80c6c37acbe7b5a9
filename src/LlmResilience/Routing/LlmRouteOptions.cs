using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>One route: which requests it takes, and which endpoints serve them.</summary>
/// <remarks>
/// A request takes the first route whose conditions all hold; a condition that is not given holds. The endpoints are those of the chain, with
/// their options and their health; their <see cref="EndpointOptions.Priority"/> does not count here. Mistakes are told when the client is made.
/// </remarks>
public sealed class LlmRouteOptions
{
    private const string ModelKey = "Model";
    private const string ConsumerKey = "Consumer";
    private const string RegionKey = "Region";
    private const string EndpointsKey = "Endpoints";
    private const string OptionsKey = "Options";

    private readonly List<string[]> _tiers = [];
    private List<string>? _models;
    private List<string>? _consumers;
    private List<string>? _regions;

    internal LlmRouteOptions(string? name) => Name = name;

    /// <summary>The route's name, as exceptions tell it.</summary>
    internal string? Name { get; }

    internal IReadOnlyList<string>? Models => _models;

    internal IReadOnlyList<string>? Consumers => _consumers;

    internal IReadOnlyList<string>? Regions => _regions;

    internal Func<LlmRequest, bool>? Predicate { get; private set; }

    /// <summary>The endpoints' names; those of the first tier are asked first.</summary>
    internal IReadOnlyList<string[]> Tiers => _tiers;

    internal RouteOverrides Overrides { get; private set; } = new();

    private bool HasCondition => _models is not null || _consumers is not null || _regions is not null || Predicate is not null;

    /// <summary>Takes requests that name one of these models.</summary>
    /// <param name="patterns">
    /// Names, compared without case, in which <c>*</c> stands for any text, also none; nothing else is special. A request that names no model
    /// is taken by <c>*</c> alone. Further calls add to them.
    /// </param>
    /// <returns>The route.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="patterns"/> is null.</exception>
    public LlmRouteOptions ForModel(params string[] patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        (_models ??= []).AddRange(patterns);
        return this;
    }

    /// <summary>Takes requests of one of these consumers.</summary>
    /// <param name="consumers">What the request, or the builder's selector, says: compared whole and with case. Further calls add to them.</param>
    /// <returns>The route.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="consumers"/> is null.</exception>
    public LlmRouteOptions ForConsumer(params string[] consumers)
    {
        ArgumentNullException.ThrowIfNull(consumers);
        (_consumers ??= []).AddRange(consumers);
        return this;
    }

    /// <summary>Takes requests that come from one of these regions.</summary>
    /// <param name="regions">
    /// What the request, the builder's selector or <see cref="LlmResilienceOptions.Region"/> says: compared whole and without case. Further
    /// calls add to them.
    /// </param>
    /// <returns>The route.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="regions"/> is null.</exception>
    public LlmRouteOptions ForRegion(params string[] regions)
    {
        ArgumentNullException.ThrowIfNull(regions);
        (_regions ??= []).AddRange(regions);
        return this;
    }

    /// <summary>Takes requests that the app's code says so of. Asked once all other conditions hold, on the caller's thread, for every such request.</summary>
    /// <param name="predicate">Whether the route takes the request. What it throws ends that request, and reaches the app as it is.</param>
    /// <returns>The route.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    public LlmRouteOptions When(Func<LlmRequest, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var earlier = Predicate;
        Predicate = earlier is null ? predicate : request => earlier(request) && predicate(request);
        return this;
    }

    /// <summary>Adds endpoints, to be asked after those of earlier calls.</summary>
    /// <param name="endpoints">One name, or several that share a tier: among them <see cref="LlmResilienceOptions.LoadBalancing"/> chooses.</param>
    /// <returns>The route.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    public LlmRouteOptions To(params string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        _tiers.Add([.. endpoints]);
        return this;
    }

    /// <summary>Changes what the route does otherwise than the chain.</summary>
    /// <param name="configure">Changes it.</param>
    /// <returns>The route.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public LlmRouteOptions Configure(Action<RouteOverrides> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Overrides);
        return this;
    }

    internal void Check(OptionsChecker checker, IReadOnlyCollection<string> endpoints, bool isLast)
    {
        CheckCondition(checker, ModelKey, _models, "a model, or a pattern such as 'gpt-*'");
        CheckCondition(checker, ConsumerKey, _consumers, "a consumer");
        CheckCondition(checker, RegionKey, _regions, "a region");
        CheckEndpoints(checker, endpoints);
        Overrides.Check(checker.At(OptionsKey));
        if (!HasCondition && !isLast)
        {
            checker.Fault($"{(Name is null ? "" : $"('{Name}') ")}has no condition and is not the last route; no request would ever get to those after it.");
        }
    }

    private static void CheckCondition(OptionsChecker checker, string key, List<string>? values, string what)
    {
        if (values is { Count: 0 })
        {
            checker.Error(key, "empty", $"{what}, or absent");
        }
        else if (values?.Exists(string.IsNullOrWhiteSpace) == true)
        {
            checker.Error(key, $"'{values.Find(string.IsNullOrWhiteSpace)}'", $"{what}, or absent");
        }
    }

    private void CheckEndpoints(OptionsChecker checker, IReadOnlyCollection<string> known)
    {
        if (_tiers.Count == 0 || _tiers.Exists(static tier => tier.Length == 0))
        {
            checker.Error(EndpointsKey, "empty", "at least one endpoint's name, or a list of lists with one each");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in _tiers.SelectMany(static tier => tier))
        {
            if (name is null || !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                checker.Error(EndpointsKey, $"'{name}'", $"an endpoint of the chain ({string.Join(", ", known.Select(static one => $"'{one}'"))})");
            }
            else if (!names.Add(name))
            {
                checker.Error(EndpointsKey, $"'{name}' twice", "each endpoint once");
            }
        }
    }
}
