using LlmResilience;

namespace Microsoft.Extensions.AI;

/// <summary>Makes a client resilient without dependency injection.</summary>
public static class LlmResilienceChatClientExtensions
{
    /// <summary>Wraps a client, which becomes the first endpoint of a chain.</summary>
    /// <param name="client">The client.</param>
    /// <param name="configure">Adds further endpoints and options.</param>
    /// <param name="name">The first endpoint's name.</param>
    /// <param name="configureEndpoint">Changes the first endpoint's options.</param>
    /// <param name="leaveOpen">Whether the app disposes <paramref name="client"/> itself; else the resilient client does.</param>
    /// <returns>The resilient client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="Options.OptionsValidationException">An option is wrong.</exception>
    public static ResilientChatClient WithLlmResilience(
        this IChatClient client,
        Action<LlmResilienceBuilder>? configure = null,
        string name = "primary",
        Action<EndpointOptions>? configureEndpoint = null,
        bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(client);
        var builder = new LlmResilienceBuilder().AddEndpoint(name, client, configureEndpoint, leaveOpen);
        configure?.Invoke(builder);
        return builder.Build();
    }
}
