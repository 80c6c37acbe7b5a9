using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Clients;

/// <summary>A client that fails at once, each time with the same exception.</summary>
internal sealed class FailingClient : IChatClient
{
    private static readonly Task<ChatResponse> Failure = Task.FromException<ChatResponse>(new HttpRequestException("no"));

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Failure;

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => throw new HttpRequestException("no");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
