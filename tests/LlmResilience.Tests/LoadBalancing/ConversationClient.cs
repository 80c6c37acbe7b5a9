using System.Globalization;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>Asks for one conversation, and from one region.</summary>
internal sealed class ConversationClient(ResilientChatClient client, ulong key, string? region) : IChatClient
{
    private readonly ChatOptions _options = new ChatOptions().SetAffinityKey(key.ToString(CultureInfo.InvariantCulture)).SetRegion(region);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => client.GetResponseAsync(messages, _options, cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => client.GetStreamingResponseAsync(messages, _options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
