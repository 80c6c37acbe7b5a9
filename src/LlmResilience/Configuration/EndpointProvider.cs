using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience;

/// <summary>Makes endpoints from configuration: what <c>"Provider": "..."</c> in an endpoint's section names.</summary>
/// <remarks>Provider packages implement it and register it with <see cref="LlmResilienceBuilder.AddProvider"/>.</remarks>
public abstract class EndpointProvider
{
    /// <summary>The value of <c>Provider</c> that selects this provider, compared without case.</summary>
    public abstract string Name { get; }

    /// <summary>The keys of an endpoint's section that belong to this provider; every other key must be one of <see cref="EndpointOptions"/>.</summary>
    public abstract IReadOnlyCollection<string> ConfigurationKeys { get; }

    /// <summary>Checks an endpoint's section at start-up.</summary>
    /// <param name="section">The endpoint's section.</param>
    /// <returns>One message for each error, with the path and the value, but never a key or another secret.</returns>
    public abstract IEnumerable<string> Validate(IConfigurationSection section);

    /// <summary>Adds to the endpoint's options what the provider knows, such as its model. Called again at every reload.</summary>
    /// <param name="section">The endpoint's section, which <see cref="Validate"/> found right.</param>
    /// <param name="options">The endpoint's options.</param>
    public virtual void Configure(IConfigurationSection section, EndpointOptions options)
    {
    }

    /// <summary>
    /// Adds to the options of every endpoint of the chain, whoever made its client, what understands this provider's SDK: its failure
    /// classifier, its progress detector. Called again at every reload.
    /// </summary>
    /// <param name="options">An endpoint's options, with all that the app has set.</param>
    public virtual void ConfigureEveryEndpoint(EndpointOptions options)
    {
    }

    /// <summary>Creates the endpoint's client from a section that <see cref="Validate"/> found right.</summary>
    /// <param name="endpointName">The endpoint's name.</param>
    /// <param name="section">The endpoint's section.</param>
    /// <param name="options">The endpoint's options.</param>
    /// <param name="services">The app's services; without dependency injection there are none in it.</param>
    /// <returns>The client; the resilient client owns and disposes it.</returns>
    public abstract IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services);
}
