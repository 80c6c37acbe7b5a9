using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>Sends requests down a chain.</summary>
internal static class ChainRequests
{
    public static Task<ChatResponse> GetResponseAsync(this in ChosenChain chosen, in RequestInput input, CancellationToken cancellationToken)
        => NonStreamingRequest.GetResponseAsync(chosen, input, cancellationToken);

    public static IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(this in ChosenChain chosen, in RequestInput input, CancellationToken cancellationToken)
        => new StreamingRequest(chosen, input, cancellationToken);
}
