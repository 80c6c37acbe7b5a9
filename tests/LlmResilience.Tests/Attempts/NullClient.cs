using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A client that returns null where it must not.</summary>
internal sealed class NullClient(NullFrom what) : IChatClient, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
{
    private int _next;

    public ChatResponseUpdate Current => what == NullFrom.SecondUpdate && _next == 1 ? new ChatResponseUpdate(ChatRole.Assistant, "one") : null!;

#pragma warning disable MA0022 // This is the point.
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => what == NullFrom.Task ? null! : Task.FromResult<ChatResponse>(null!);
#pragma warning restore MA0022

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => what == NullFrom.Stream ? null! : this;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        => what == NullFrom.Enumerator ? null! : this;

    public ValueTask<bool> MoveNextAsync()
    {
        _next++;
        return new ValueTask<bool>(true);
    }

    public ValueTask DisposeAsync() => default;

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
