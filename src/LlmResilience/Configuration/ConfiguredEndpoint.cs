using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Configuration;

/// <summary>An endpoint that a section of the configuration describes.</summary>
internal sealed class ConfiguredEndpoint : EndpointDefinition
{
    private const string NameKey = "Name";
    private const string ProviderKey = "Provider";

    private readonly IConfigurationSection _section;
    private readonly IReadOnlyList<EndpointProvider> _providers;
    private readonly EndpointProvider? _provider;
    private readonly SectionContents _contents;

    public ConfiguredEndpoint(IConfigurationSection section, IReadOnlyList<EndpointProvider> providers)
        : base(section[NameKey], section.Path)
    {
        _section = section;
        _providers = providers;
        _provider = providers.FirstOrDefault(provider => string.Equals(provider.Name, section[ProviderKey], StringComparison.OrdinalIgnoreCase));
        _contents = ConfigurationSections.ReadEndpoint(section, [NameKey, ProviderKey, .. _provider?.ConfigurationKeys ?? []], _provider is not null);
    }

    public override object Identity
        => string.Join('\n', (_provider?.ConfigurationKeys ?? []).Select(key => _section[key]).Prepend(_section[ProviderKey]));

    public override IEnumerable<string> Validate() => [.. _provider?.Validate(_section) ?? [DescribeProvider()], .. _contents.Errors];

    public override EndpointOptions CreateOptions(EndpointOptions defaults)
    {
        var options = defaults.Clone();
        ConfigurationSections.Bind(_contents.Valid, options);
        return options;
    }

    public override void Configure(EndpointOptions options) => _provider!.Configure(_section, options);

    public override IChatClient CreateClient(EndpointOptions options, IServiceProvider services)
        => _provider!.CreateClient(Name!, _section, options, services);

    private string DescribeProvider()
    {
        var known = _providers.Count == 0
            ? "no provider is registered; call for example AddOpenAI()"
            : $"known are {string.Join(", ", _providers.Select(provider => $"'{provider.Name}'"))}";
        return _section[ProviderKey] is { } unknown
            ? $"{_section.Path}:{ProviderKey} is '{unknown}', which is not a provider ({known})."
            : $"{_section.Path}:{ProviderKey} is missing ({known}).";
    }
}
