using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A client that fails as long as it is told to.</summary>
internal sealed class TogglingClient : IChatClient
{
    private readonly FailingClient _failing = new();
    private readonly InstantClient _instant = new(updates: 20);

    public bool Fails { get; set; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Fails ? _failing.GetResponseAsync(messages, options, cancellationToken) : _instant.GetResponseAsync(messages, options, cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => Fails ? _failing.GetStreamingResponseAsync(messages, options, cancellationToken) : _instant.GetStreamingResponseAsync(messages, options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        _failing.Dispose();
        _instant.Dispose();
    }
}
