using LlmResilience;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers resilient clients.</summary>
public static class LlmResilienceServiceCollectionExtensions
{
    /// <summary>Registers an <see cref="IChatClient"/> over a chain of endpoints, and its <see cref="LlmEndpoints"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Adds endpoints and options.</param>
    /// <returns>The builder, to add more.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Options are validated when the host starts, else when the client is first resolved. Where endpoints are to be probed
    /// (<see cref="EndpointOptions.ActiveProbe"/>) the client is made when the host starts, and probes until the host stops.
    /// </remarks>
    public static LlmResilienceBuilder AddLlmResilience(this IServiceCollection services, Action<LlmResilienceBuilder> configure)
        => services.AddLlmResilience(Options.Options.DefaultName, configure);

    /// <summary>Registers a keyed <see cref="IChatClient"/> over a chain of endpoints, and its keyed <see cref="LlmEndpoints"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="name">The key. Several calls with one name add to one client.</param>
    /// <param name="configure">Adds endpoints and options.</param>
    /// <returns>The builder, to add more.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static LlmResilienceBuilder AddLlmResilience(this IServiceCollection services, string name, Action<LlmResilienceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = GetOrAddBuilder(services, name);
        configure(builder);
        return builder;
    }

    /// <summary>Registers an <see cref="IChatClient"/> whose endpoints and options are in the configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The section, for example <c>configuration.GetSection("LlmResilience")</c>.</param>
    /// <returns>The builder; call <c>AddOpenAI()</c> or another provider's method on it.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static LlmResilienceBuilder AddLlmResilience(this IServiceCollection services, IConfiguration configuration)
        => services.AddLlmResilience(Options.Options.DefaultName, configuration);

    /// <summary>Registers a keyed <see cref="IChatClient"/> whose endpoints and options are in the configuration.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="name">The key.</param>
    /// <param name="configuration">The section.</param>
    /// <returns>The builder; call <c>AddOpenAI()</c> or another provider's method on it.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static LlmResilienceBuilder AddLlmResilience(this IServiceCollection services, string name, IConfiguration configuration)
        => services.AddLlmResilience(name, builder => builder.Bind(configuration));

    private static LlmResilienceBuilder GetOrAddBuilder(IServiceCollection services, string name)
    {
        var existing = services.FirstOrDefault(service => service.IsKeyedService && service.ServiceType == typeof(LlmResilienceBuilder) && name.Equals(service.ServiceKey));
        if (existing?.KeyedImplementationInstance is LlmResilienceBuilder builder)
        {
            return builder;
        }

        builder = new LlmResilienceBuilder(services, name);
        services.AddKeyedSingleton(name, builder);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LlmResilienceOptions>, LlmResilienceOptionsValidator>());
        services.AddOptions<LlmResilienceOptions>(name).Configure(builder.Apply).ValidateOnStart();
        services.AddKeyedSingleton(name, (provider, _) => builder.Build(provider));
        services.AddSingleton<IHostedService>(provider => new ActiveProbeService(builder, provider));
        if (name.Length == 0)
        {
            services.AddSingleton<IChatClient>(provider => provider.GetRequiredKeyedService<ResilientChatClient>(name));
            services.AddSingleton(provider => EndpointsOf(provider, name));
        }
        else
        {
            services.AddKeyedSingleton<IChatClient>(name, (provider, _) => provider.GetRequiredKeyedService<ResilientChatClient>(name));
            services.AddKeyedSingleton(name, (provider, _) => EndpointsOf(provider, name));
        }

        return builder;
    }

    private static LlmEndpoints EndpointsOf(IServiceProvider provider, string name)
        => provider.GetRequiredKeyedService<ResilientChatClient>(name).GetService<LlmEndpoints>()!;
}
