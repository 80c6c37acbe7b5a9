using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A client over endpoints that belong to other resilient clients. It has no state: every request asks for the endpoints that its owners have now.</summary>
internal sealed class SharedEndpointsClient(ResilientChatClient owner, Func<IEnumerable<Endpoint>> endpoints) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return ResponseRequest.GetResponseAsync(CreateChain(), Materialise(messages), options, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new StreamRequest(CreateChain(), Materialise(messages), options, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this
            : serviceKey is null && serviceType == typeof(LlmEndpoints) ? owner.GetService(serviceType)
            : endpoints().FirstOrDefault()?.Client.GetService(serviceType, serviceKey);
    }

    // The endpoints' clients are their owners'.
    public void Dispose()
    {
    }

    private static IReadOnlyList<ChatMessage> Materialise(IEnumerable<ChatMessage> messages)
        => messages as IReadOnlyList<ChatMessage> ?? [.. messages];

    private Chain CreateChain()
    {
        Endpoint[] shared = [.. endpoints().Distinct()];
        return shared.Length > 0 ? new Chain(owner.Chain, shared) : throw new InvalidOperationException("None of the endpoints exists (any more).");
    }
}
