using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A client whose answer comes later: when <see cref="Answer"/> is called, on the caller's thread. For one call at a time.</summary>
internal sealed class AwaitedClient : IChatClient
{
    private static readonly ChatResponse Response = new(new ChatMessage(ChatRole.Assistant, "Hello")) { FinishReason = ChatFinishReason.Stop };

    private TaskCompletionSource<ChatResponse> _pending = new();

    /// <summary>Asks through a client, and answers once the call waits.</summary>
    public static Task<ChatResponse> Call(IChatClient client, AwaitedClient awaited, IReadOnlyList<ChatMessage> messages)
    {
        var response = client.GetResponseAsync(messages);
        awaited.Answer();
        return response;
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        _pending = new();
        return _pending.Task;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private void Answer() => _pending.SetResult(Response);
}
