using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A client that fails at every other call. For one caller at a time.</summary>
internal sealed class FlakyClient : IChatClient
{
    private readonly FailingClient _failing = new();
    private readonly InstantClient _instant = new(updates: 1);
    private int _calls;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Next().GetResponseAsync(messages, options, cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Next().GetStreamingResponseAsync(messages, options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        _failing.Dispose();
        _instant.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private IChatClient Next() => (_calls++ & 1) == 0 ? _failing : _instant;
}
