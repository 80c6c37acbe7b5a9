using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>Sends requests down a chain.</summary>
internal static class ChainRequests
{
    public static Task<ChatResponse> GetResponseAsync(this ChosenChain chosen, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var input = RequestInput.Of(messages, options);
        return NonStreamingRequest.GetResponseAsync(chosen.PinnedFor(input), input, cancellationToken);
    }

    public static IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        this ChosenChain chosen, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var input = RequestInput.Of(messages, options);
        return new StreamingRequest(chosen.PinnedFor(input), input, cancellationToken);
    }

    private static ChosenChain PinnedFor(in this ChosenChain chosen, in RequestInput input) => chosen with { Chain = StateOwner.Pin(chosen.Chain, input) };
}
