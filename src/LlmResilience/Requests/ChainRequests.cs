using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>Sends requests down a chain.</summary>
internal static class ChainRequests
{
    public static Task<ChatResponse> GetResponseAsync(this ChosenChain chosen, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        => NonStreamingRequest.GetResponseAsync(chosen, RequestInput.Of(messages, options), cancellationToken);

    public static IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        this ChosenChain chosen, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        => new StreamingRequest(chosen, RequestInput.Of(messages, options), cancellationToken);
}
