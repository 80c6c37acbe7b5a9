using LlmResilience.Requests;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>Asks for one conversation, and from one region.</summary>
internal sealed class ConversationClient(ResilientChatClient client, ulong key, string? region) : IChatClient
{
    private ChosenChain Chosen => new(region is null ? client.Chain : client.Chain.InRegion(region), key);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Chosen.GetResponseAsync(RequestInput.Of(messages, options), cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Chosen.GetStreamingResponseAsync(RequestInput.Of(messages, options), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
