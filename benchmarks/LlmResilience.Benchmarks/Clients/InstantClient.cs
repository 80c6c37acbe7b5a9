using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A client that costs next to nothing, so that what is measured is what surrounds it.</summary>
internal sealed class InstantClient(int updates, bool completesSynchronously = true) : IChatClient
{
    private static readonly Task<ChatResponse> Response = Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello")) { FinishReason = ChatFinishReason.Stop });

    private readonly ChatResponseUpdate[] _updates = [.. Enumerable.Range(0, updates).Select(i => new ChatResponseUpdate(ChatRole.Assistant, "token ")
    {
        FinishReason = i == updates - 1 ? ChatFinishReason.Stop : null,
    })];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => completesSynchronously ? Response : YieldAsync();

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => completesSynchronously ? StreamAsync(cancellationToken) : YieldingStreamAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static async Task<ChatResponse> YieldAsync()
    {
        await Task.Yield();
        return Response.Result;
    }

#pragma warning disable CS1998 // Synchronous on purpose.
    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
#pragma warning restore CS1998
    {
        foreach (var update in _updates)
        {
            yield return update;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> YieldingStreamAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in _updates)
        {
            await Task.Yield();
            yield return update;
        }
    }
}
