using LlmResilience.OpenAI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace LlmResilience;

/// <summary>Adds OpenAI and compatible servers to a <see cref="LlmResilienceBuilder"/>.</summary>
public static class OpenAILlmResilienceBuilderExtensions
{
    /// <summary>
    /// Makes the chain understand the OpenAI SDK: its exceptions and its pieces of tool calls, at every endpoint, also in clients that the
    /// app or another package has built on it, such as Azure's or Microsoft's adapters. And makes endpoints from every section of the
    /// configuration that has <c>"Provider": "OpenAI"</c>.
    /// </summary>
    /// <remarks>A client of the app's own should not retry or time out by itself: that is the endpoint's to do.</remarks>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static LlmResilienceBuilder AddOpenAI(this LlmResilienceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services?.AddProviderHttp();
        return builder.AddProvider(new OpenAIProvider());
    }

    /// <summary>Adds OpenAI or a compatible server as an endpoint. Implies <see cref="AddOpenAI"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The endpoint's name.</param>
    /// <param name="configureProvider">Says where the endpoint is and what it serves.</param>
    /// <param name="configureEndpoint">Sets the endpoint's options.</param>
    /// <param name="decorate">
    /// Wraps the endpoint's client, for telemetry, logging or caching of this endpoint alone. The resilient client disposes what it returns, which
    /// is to dispose the client inside it, as a <see cref="DelegatingChatClient"/> does. Called when the resilient client is made, which fails with
    /// an <see cref="InvalidOperationException"/> if it returns <see langword="null"/>.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configureProvider"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    /// <exception cref="OptionsValidationException">What <paramref name="configureProvider"/> set is incomplete or wrong.</exception>
    public static LlmResilienceBuilder AddOpenAIEndpoint(
        this LlmResilienceBuilder builder,
        string name,
        Action<OpenAIEndpointOptions> configureProvider,
        Action<EndpointOptions>? configureEndpoint = null,
        Func<IChatClient, IChatClient>? decorate = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configureProvider);
        var options = new OpenAIEndpointOptions();
        configureProvider(options);
        if (OpenAIEndpointValidation.Validate(options, $"Endpoints['{name}']").ToArray() is { Length: > 0 } errors)
        {
            throw new OptionsValidationException(name, typeof(OpenAIEndpointOptions), errors);
        }

        return builder.AddOpenAI().AddEndpoint(name, CreateClient, Configure);

        IChatClient CreateClient(IServiceProvider services)
            => ClientDecorator.Decorate(OpenAIClientFactory.Create(options, services, builder.TimeProvider), decorate, name);

        void Configure(EndpointOptions endpoint)
        {
            OpenAIClientFactory.Configure(endpoint, options.ModelId!);
            configureEndpoint?.Invoke(endpoint);
        }
    }
}
