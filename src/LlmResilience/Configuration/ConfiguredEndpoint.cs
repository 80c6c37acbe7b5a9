using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience;

/// <summary>An endpoint that a section of the configuration describes.</summary>
internal sealed class ConfiguredEndpoint(IConfigurationSection section, IReadOnlyList<EndpointProvider> providers)
    : EndpointDefinition(section[NameKey], section.Path)
{
    private const string NameKey = "Name";
    private const string ProviderKey = "Provider";

    private readonly EndpointProvider? _provider = providers.FirstOrDefault(provider => string.Equals(provider.Name, section[ProviderKey], StringComparison.OrdinalIgnoreCase));

    public override IEnumerable<string> Validate()
    {
        if (_provider is not null)
        {
            return _provider.Validate(section);
        }

        var known = providers.Count == 0
            ? "no provider is registered; call for example AddOpenAI()"
            : $"known are {string.Join(", ", providers.Select(provider => $"'{provider.Name}'"))}";
        return [section[ProviderKey] is { } unknown
            ? $"{section.Path}:{ProviderKey} is '{unknown}', which is not a provider ({known})."
            : $"{section.Path}:{ProviderKey} is missing ({known})."];
    }

    public override EndpointOptions CreateOptions(EndpointOptions defaults)
    {
        var options = defaults.Clone();
        ConfigurationSections.Bind(section, [NameKey, ProviderKey, .. _provider?.ConfigurationKeys ?? []], options);
        return options;
    }

    public override IChatClient CreateClient(EndpointOptions options, IServiceProvider services)
        => _provider!.CreateClient(Name!, section, options, services);
}
