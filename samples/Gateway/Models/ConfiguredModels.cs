using System.IO.Enumeration;
using Gateway.Protocol.Errors;
using LlmResilience;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Primitives;

namespace Gateway.Models;

/// <summary>The models of the configuration: those that its routes name. An endpoint's name is one too, so that a request can name it, first or as a fallback.</summary>
internal sealed class ConfiguredModels : IModels, IDisposable
{
    private readonly ResilientChatClient _client;
    private readonly LlmEndpoints _endpoints;
    private readonly IDisposable _reloads;
    private volatile IReadOnlyList<string> _patterns;

    public ConfiguredModels(IConfigurationSection resilience, ResilientChatClient client)
    {
        _client = client;
        _endpoints = client.GetService<LlmEndpoints>()!;
        _patterns = ReadPatterns(resilience);
        _reloads = ChangeToken.OnChange(resilience.GetReloadToken, () => _patterns = ReadPatterns(resilience));
    }

    /// <summary>The route of requests that name an endpoint: they name no model. Read anew with every reload.</summary>
    public static void RouteByEndpoint(LlmRouteOptions route, IConfigurationSection resilience)
    {
        route.When(request => request.ModelId is null);
        foreach (var endpoint in resilience.GetSection("Endpoints").GetChildren())
        {
            route.To(endpoint["Name"] ?? "");
        }
    }

    public IChatClient GetClient(string model, IReadOnlyList<string> fallbacks)
    {
        var first = Find(model) ?? (_patterns.Count == 0 ? Listed(model) : throw RequestException.UnknownModel(model, "model"));
        return new FallbackClient([first, .. fallbacks.Select(fallback => Find(fallback) ?? throw RequestException.UnknownModel(fallback, "fallbacks"))]);
    }

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<string>>([.. _patterns.Where(pattern => !pattern.Contains('*')).Union(GetEndpoints().Select(endpoint => endpoint.Name), StringComparer.Ordinal)]);

    public IReadOnlyList<EndpointSnapshot> GetEndpoints() => _endpoints.GetSnapshots();

    public void Dispose() => _reloads.Dispose();

    private static IReadOnlyList<string> ReadPatterns(IConfigurationSection resilience)
        => [.. resilience.GetSection("Routes").GetChildren()
            .Select(route => route.GetSection("Model"))
            .SelectMany(model => model.Value is { Length: > 0 } one ? [one] : model.GetChildren().Select(child => child.Value).OfType<string>())];

    // A name that is listed as it is, then an endpoint's, then one that a pattern takes.
    private RequestedModel? Find(string name)
    {
        if (!_patterns.Contains(name, StringComparer.OrdinalIgnoreCase) && GetEndpoints().Any(endpoint => Is(endpoint.Name, name)))
        {
            return new RequestedModel(name, _client, (options, mayAsk) => mayAsk(name) ? options.SetAllowedEndpoints(name) : null);
        }

        return _patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)) ? Listed(name) : null;
    }

    private RequestedModel Listed(string name) => new(name, _client, (options, mayAsk) =>
    {
        options.ModelId = name;
        var all = GetEndpoints().Select(endpoint => endpoint.Name).ToList();
        var allowed = all.Where(mayAsk).ToList();
        if (allowed.Count == 0)
        {
            return null;
        }

        return allowed.Count == all.Count ? options : options.SetAllowedEndpoints(allowed);
    });

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
