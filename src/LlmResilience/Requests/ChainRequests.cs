using LlmResilience.Chains;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>Sends requests down a chain.</summary>
internal static class ChainRequests
{
    public static Task<ChatResponse> GetResponseAsync(this Chain chain, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        => NonStreamingRequest.GetResponseAsync(chain, Materialise(messages), options, cancellationToken);

    public static IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        this Chain chain, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        => new StreamingRequest(chain, Materialise(messages), options, cancellationToken);

    // Once for all attempts: a lazy sequence may be costly, or not repeatable.
    private static IReadOnlyList<ChatMessage> Materialise(IEnumerable<ChatMessage> messages)
        => messages as IReadOnlyList<ChatMessage> ?? [.. messages];
}
