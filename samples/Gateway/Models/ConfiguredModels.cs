using Gateway.Configuration;
using Gateway.Protocol.Errors;
using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Models;

/// <summary>The models of the configuration. An endpoint's name is one too, so that a request can name it, first or as a fallback.</summary>
internal sealed class ConfiguredModels : IModels
{
    private const string AnyName = "*";

    private readonly ResilientChatClient _client;
    private readonly LlmEndpoints _endpoints;
    private readonly Dictionary<string, IReadOnlyList<string>> _models;

    public ConfiguredModels(GatewayOptions options, ResilientChatClient client)
    {
        _client = client;
        _endpoints = client.GetService<LlmEndpoints>()!;
        _models = new(StringComparer.Ordinal);
        foreach (var model in options.Models)
        {
            var unknown = model.Endpoints.FirstOrDefault(name => !IsEndpoint(name));
            var error = string.IsNullOrWhiteSpace(model.Name) ? "has no Name"
                : model.Endpoints.Count == 0 ? "has no Endpoints"
                : unknown is not null ? $"names the endpoint '{unknown}', which does not exist"
                : !_models.TryAdd(model.Name, model.Endpoints) ? "is there twice"
                : null;
            if (error is not null)
            {
                throw GatewayOptions.Wrong($"{GatewayOptions.SectionName}:Models: '{model.Name}' {error}.");
            }
        }
    }

    public IChatClient GetClient(string model, IReadOnlyList<string> fallbacks)
    {
        if (_models.Count == 0 && fallbacks.Count == 0 && !IsEndpoint(model))
        {
            // The chain as it is, also while a reload exchanges all of its endpoints.
            return _client;
        }

        var names = Find(model) ?? FindForAnyName() ?? throw RequestException.UnknownModel(model, "model");
        return _client.WithEndpoints(
            [.. names, .. fallbacks.SelectMany(fallback => Find(fallback) ?? throw RequestException.UnknownModel(fallback, "fallbacks"))]);
    }

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<string>>([.. _models.Keys.Where(name => name != AnyName).Union(GetEndpoints().Select(endpoint => endpoint.Name), StringComparer.Ordinal)]);

    public IReadOnlyList<EndpointSnapshot> GetEndpoints() => _endpoints.GetSnapshots();

    private IReadOnlyList<string>? Find(string model)
        => _models.TryGetValue(model, out var names) ? names
            : IsEndpoint(model) ? [model]
            : null;

    private IReadOnlyList<string>? FindForAnyName()
        => _models.Count == 0 ? [.. GetEndpoints().Select(endpoint => endpoint.Name)] : _models.GetValueOrDefault(AnyName);

    private bool IsEndpoint(string name) => GetEndpoints().Any(endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase));
}
