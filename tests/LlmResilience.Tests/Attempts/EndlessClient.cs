using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A stream whose every update is there at once, while time passes between them, and which has no end.</summary>
internal sealed class EndlessClient(VirtualTimeProvider clock, TimeSpan perUpdate, Func<int, ChatResponseUpdate> update) : IChatClient
{
    private int _sent;

    public int Sent => Volatile.Read(ref _sent);

    public Action<int> OnSent { get; init; } = _ => { };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

#pragma warning disable CS1998 // Nothing is awaited: that is the point.
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
#pragma warning restore CS1998
    {
        for (var i = 0; i < 1_000_000; i++)
        {
            clock.Advance(perUpdate);
            Interlocked.Increment(ref _sent);
            OnSent(i);
            yield return update(i);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
