using System.Threading.Tasks.Sources;
using Microsoft.Extensions.AI;

namespace LlmResilience.Load.Idle;

/// <summary>A client whose streams bring so many tokens at once and then nothing until all of them are told to end.</summary>
internal sealed class IdleClient(int tokensAtOnce) : IChatClient
{
    private static readonly ChatResponseUpdate Token = new(ChatRole.Assistant, "token ");

    private readonly List<IdleStream> _streams = [];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello")) { FinishReason = ChatFinishReason.Stop });

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var stream = new IdleStream(tokensAtOnce);
        _streams.Add(stream);
        return stream;
    }

    public void EndAll() => _streams.ForEach(stream => stream.End());

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private sealed class IdleStream(int tokens) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>, IValueTaskSource<bool>
    {
        private ManualResetValueTaskSourceCore<bool> _core;
        private int _moves;
        private bool _ended;

        public ChatResponseUpdate Current => Token;

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => _moves++ < tokens ? new(true) : _ended ? new(false) : new(this, _core.Version);

        public void End()
        {
            _ended = true;
            _core.SetResult(true);
        }

        public bool GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
            => _core.OnCompleted(continuation, state, token, flags);

        public ValueTask DisposeAsync() => default;
    }
}
