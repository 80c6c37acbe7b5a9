using LlmResilience.Requests;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A request as the app's selectors and routes see it.</summary>
/// <remarks>Good for the time of the call that it is given to. What it shows belongs to whoever made the request, and is not to be changed.</remarks>
public readonly struct LlmRequest
{
    private readonly IReadOnlyList<ChatMessage>? _messages;
    private readonly IServiceProvider? _services;

    /// <summary>Creates a request, for a test of one's own selector.</summary>
    /// <param name="messages">Its messages.</param>
    /// <param name="options">Its options.</param>
    /// <param name="services">The app's services; none if <see langword="null"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    public LlmRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options = null, IServiceProvider? services = null)
        : this(messages, options, services, RequestProfile.Of(options))
    {
    }

    internal LlmRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, IServiceProvider? services, in RequestProfile profile)
    {
        ArgumentNullException.ThrowIfNull(messages);
        _messages = messages;
        _services = services;
        Options = options;
        Consumer = profile.Consumer;
        Region = profile.Region;
        AffinityKey = profile.AffinityKey;
    }

    /// <summary>The messages.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages ?? [];

    /// <summary>The options; <see langword="null"/> if the request has none.</summary>
    public ChatOptions? Options { get; }

    /// <summary>The model that the request names; <see langword="null"/> if it names none.</summary>
    public string? ModelId => string.IsNullOrWhiteSpace(Options?.ModelId) ? null : Options.ModelId;

    /// <summary>On whose behalf it is made, as far as that is known by now.</summary>
    public string? Consumer { get; internal init; }

    /// <summary>Where it comes from, as far as that is known by now.</summary>
    public string? Region { get; internal init; }

    /// <summary>The conversation that it belongs to, if the request itself says so.</summary>
    public string? AffinityKey { get; internal init; }

    /// <summary>The app's services: the root ones, since a client serves many scopes. Without dependency injection there are none in it.</summary>
    public IServiceProvider Services => _services ?? EmptyServices.Instance;
}
