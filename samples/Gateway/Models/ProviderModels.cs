using Gateway.Configuration;
using Gateway.Protocol.Errors;
using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Models;

/// <summary>Any model name at one provider: each is an endpoint of its own, with its own health, made when it is first asked for.</summary>
internal sealed class ProviderModels : IModels, IDisposable
{
    private const int LongestName = 256;

    private readonly GatewayOptions _options;
    private readonly IConfigurationSection _resilience;
    private readonly ILoggerFactory _loggers;
    private readonly ProviderModelList _list;
    private readonly RecentlyUsed<ResilientChatClient> _clients;

    public ProviderModels(GatewayOptions options, IConfigurationSection resilience, ILoggerFactory loggers)
    {
        _options = options;
        _resilience = resilience;
        _loggers = loggers;
        _clients = new(options.MaxModels, CreateClient);

        // What is wrong with the options is told at start-up, not to the first client. Nothing is sent.
        CreateClient("any").Dispose();
        _list = new(options);
    }

    public IChatClient GetClient(string model, IReadOnlyList<string> fallbacks)
        => new FallbackClient([GetModel(model, "model"), .. fallbacks.Select(fallback => GetModel(fallback, "fallbacks"))]);

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
        => await _list.GetAsync(cancellationToken) ?? [.. GetEndpoints().Select(endpoint => endpoint.Name)];

    public IReadOnlyList<EndpointSnapshot> GetEndpoints()
        => [.. _clients.GetAll().SelectMany(client => client.GetService<LlmEndpoints>()!.GetSnapshots())];

    public void Dispose()
    {
        _list.Dispose();
        foreach (var client in _clients.GetAll())
        {
            client.Dispose();
        }
    }

    private RequestedModel GetModel(string name, string parameter)
    {
        if (name.Length > LongestName)
        {
            throw RequestException.Invalid($"A model's name has at most {LongestName} characters.", parameter);
        }

        var limits = new EndpointTimeouts();
        return new RequestedModel(name, _clients.Get(name), (options, mayAsk) => mayAsk(name) ? options : null)
        {
            FirstToken = _resilience.GetValue("EndpointDefaults:Timeouts:FirstToken", limits.FirstToken),
            Response = _resilience.GetValue("EndpointDefaults:Timeouts:Response", limits.Response),
        };
    }

    private ResilientChatClient CreateClient(string model)
        => new LlmResilienceBuilder { LoggerFactory = _loggers }
            .Configure(ModelsRegistration.RequireFinishReason)
            .Bind(_resilience)
            .AddOpenAIEndpoint(model, provider =>
            {
                provider.BaseAddress = Uri.TryCreate(_options.Provider, UriKind.Absolute, out var address) ? address : null;
                provider.ApiKey = string.IsNullOrWhiteSpace(_options.ProviderKey) ? "none" : _options.ProviderKey;
                provider.ModelId = model;
            })
            .Build();
}
