using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A client with an enumerator of its own making, which throws or hangs where a test says.</summary>
internal sealed class AwkwardClient : IChatClient
{
    public string? ThrowsIn { get; init; }

    public Exception? Failure { get; set; }

    public Func<ValueTask> OnDispose { get; init; } = () => default;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => ThrowsIn == "call" ? throw new IOException(ThrowsIn) : new Stream(this);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private sealed class Stream(AwkwardClient client) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
    {
        private static readonly ChatResponseUpdate[] Updates =
        [
            new(ChatRole.Assistant, "one "),
            new(ChatRole.Assistant, "two"),
            new(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop },
        ];

        private int _next;

        public ChatResponseUpdate Current => client.ThrowsIn == "current" ? throw new IOException(client.ThrowsIn) : Updates[_next - 1];

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
            => client.ThrowsIn == "enumerator" ? throw new IOException(client.ThrowsIn) : this;

        public ValueTask<bool> MoveNextAsync()
            => client.ThrowsIn == "move" ? throw new IOException(client.ThrowsIn)
                : client.Failure is { } failure ? ValueTask.FromException<bool>(failure)
                : new ValueTask<bool>(_next++ < Updates.Length);

        public ValueTask DisposeAsync() => client.OnDispose();
    }
}
