using Microsoft.Extensions.AI;

namespace LlmResilience.Endpoints;

/// <summary>A client that computes on its caller's thread, called on the thread pool instead, so that the caller can stop waiting for it.</summary>
internal sealed class ThreadPoolChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Task.Run(() => InnerClient.GetResponseAsync(messages, options, cancellationToken), CancellationToken.None);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => new Stream(InnerClient, messages, options, cancellationToken);

    /// <summary>A stream whose call and moves are made on the thread pool, one after another.</summary>
    private sealed class Stream(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
        : IAsyncEnumerable<ChatResponseUpdate>
    {
        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
            => new Enumerator(client, messages, options, callToken, cancellationToken);
    }

    private sealed class Enumerator(
        IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken callToken, CancellationToken cancellationToken)
        : IAsyncEnumerator<ChatResponseUpdate>
    {
        private IAsyncEnumerator<ChatResponseUpdate>? _updates;

        public ChatResponseUpdate Current => _updates!.Current;

        public ValueTask<bool> MoveNextAsync() => new(Task.Run(MoveAsync, CancellationToken.None));

        public ValueTask DisposeAsync() => _updates is null ? default : _updates.DisposeAsync();

        private async Task<bool> MoveAsync()
        {
            _updates ??= client.GetStreamingResponseAsync(messages, options, callToken).GetAsyncEnumerator(cancellationToken);
            return await _updates.MoveNextAsync().ConfigureAwait(false);
        }
    }
}
