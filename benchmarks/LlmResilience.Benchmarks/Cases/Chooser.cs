using LlmResilience.Chains;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Chooses the endpoint for one request, as a request does.</summary>
internal static class Chooser
{
    public static string Choose(ResilientChatClient client, ulong conversation = 0)
    {
        var chain = client.Chain;
        var candidates = default(CandidateCursor);
        return candidates.TryNext(chain, new RequestTraits(IsStreaming: true, conversation), isFirst: true, chain.Clock.Now, out var endpoint, out _)
            ? endpoint.Name
            : throw new InvalidOperationException("No endpoint is well.");
    }
}
