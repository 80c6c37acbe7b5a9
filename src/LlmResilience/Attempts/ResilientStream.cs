using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>What a streaming call returns: every enumeration of it is a request of its own.</summary>
internal sealed class ResilientStream(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
    : IAsyncEnumerable<ChatResponseUpdate>
{
    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        => new StreamRequest(chain, messages, options, callToken, cancellationToken);
}
