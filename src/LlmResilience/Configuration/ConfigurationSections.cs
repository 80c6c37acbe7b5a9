using Microsoft.Extensions.Configuration;

namespace LlmResilience.Configuration;

/// <summary>The sections of the configuration that hold options.</summary>
internal static class ConfigurationSections
{
    public const string EndpointsKey = "Endpoints";
    public const string RoutesKey = "Routes";

    // The binder's source generator needs each type where it is bound.
    private static readonly StrictBinder<LlmResilienceOptions> ChainBinder = new(static (configuration, options) => Bind(configuration, options));
    private static readonly StrictBinder<EndpointOptions> EndpointBinder = new(static (configuration, options) => Bind(configuration, options));
    private static readonly StrictBinder<RouteOverrides> RouteBinder = new(static (configuration, options) => Bind(configuration, options));

    public static SectionContents ReadChain(IConfiguration section)
        => ChainBinder.Read(section, static key => EndpointsKey.Equals(key, StringComparison.OrdinalIgnoreCase) || RoutesKey.Equals(key, StringComparison.OrdinalIgnoreCase));

    public static SectionContents ReadRouteOverrides(IConfiguration section) => RouteBinder.Read(section, static _ => false);

    /// <summary>Reads an endpoint's options. While its provider is unknown, keys that are not options may be the provider's, and pass.</summary>
    public static SectionContents ReadEndpoint(IConfigurationSection section, IReadOnlyCollection<string> otherKeys, bool providerIsKnown)
        => EndpointBinder.Read(section, key => otherKeys.Contains(key, StringComparer.OrdinalIgnoreCase) || !(providerIsKnown || EndpointBinder.Knows(key)));

    public static void Bind(IConfiguration configuration, LlmResilienceOptions options) => configuration.Bind(options, Strictly);

    public static void Bind(IConfiguration configuration, EndpointOptions options) => configuration.Bind(options, Strictly);

    public static void Bind(IConfiguration configuration, RouteOverrides overrides) => configuration.Bind(overrides, Strictly);

    private static void Strictly(BinderOptions binder) => binder.ErrorOnUnknownConfiguration = true;
}
