using LlmResilience.Chains;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>Sends requests down a chain.</summary>
internal static class ChainRequests
{
    public static Task<ChatResponse> GetResponseAsync(this Chain chain, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        => NonStreamingRequest.GetResponseAsync(chain, RequestInput.Of(messages, options), cancellationToken);

    public static IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        this Chain chain, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        => new StreamingRequest(chain, RequestInput.Of(messages, options), cancellationToken);
}
