using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Probing;

/// <summary>A server that a test switches: up, dead, or wedged, so that it answers probes and nothing else. It answers "a".</summary>
internal sealed class SwitchedClient : IChatClient
{
    private int _chats;
    private int _probes;

    public bool IsUp { get; set; } = true;

    public bool IsWedged { get; set; }

    public int Chats => Volatile.Read(ref _chats);

    public int Probes => Volatile.Read(ref _probes);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AnswerAsync(messages, cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, "a")) { FinishReason = ChatFinishReason.Stop };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await AnswerAsync(messages, cancellationToken);
        yield return new ChatResponseUpdate(ChatRole.Assistant, "a") { FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private async Task AnswerAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var isProbe = messages.Single().Text.StartsWith("Answer with the word OK.", StringComparison.Ordinal);
        Interlocked.Increment(ref isProbe ? ref _probes : ref _chats);
        if (!IsUp)
        {
            throw new IOException("dead");
        }

        if (IsWedged && !isProbe)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
