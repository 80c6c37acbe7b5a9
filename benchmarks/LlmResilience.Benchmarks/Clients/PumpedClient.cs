using System.Threading.Tasks.Sources;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A client whose every update comes later: when <see cref="Pump"/> is called, on the caller's thread. For one stream at a time.</summary>
internal sealed class PumpedClient(int updates) : IChatClient, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>, IValueTaskSource<bool>
{
    private readonly ChatResponseUpdate _update = new(ChatRole.Assistant, "token ");
    private readonly ChatResponseUpdate _last = new(ChatRole.Assistant, "token ") { FinishReason = ChatFinishReason.Stop };
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _moves;

    public ChatResponseUpdate Current => _moves == updates ? _last : _update;

    /// <summary>Enumerates a stream of this client to its end, and completes each of its moves after it was begun.</summary>
    public static void Enumerate(IChatClient client, PumpedClient pumped)
    {
        var stream = ReadAsync(client.GetStreamingResponseAsync(Contenders.Messages));
        while (!stream.IsCompleted)
        {
            pumped.Pump();
        }

        stream.GetAwaiter().GetResult();
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        _moves = 0;
        return this;
    }

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync()
    {
        _core.Reset();
        _moves++;
        return new ValueTask<bool>(this, _core.Version);
    }

    public bool GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => default;

    private void Pump() => _core.SetResult(_moves <= updates);

    private static async Task ReadAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        await foreach (var update in updates.ConfigureAwait(false))
        {
            _ = update;
        }
    }
}
