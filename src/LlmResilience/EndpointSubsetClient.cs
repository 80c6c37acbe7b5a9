using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Requests;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A client over endpoints that belong to other resilient clients. It has no state: every request asks for the endpoints that its owners have now.</summary>
internal sealed class EndpointSubsetClient : IChatClient
{
    private readonly ResilientChatClient _owner;
    private readonly Func<IEnumerable<Endpoint>> _endpoints;
    private readonly Func<Chain> _createChain;

    public EndpointSubsetClient(ResilientChatClient owner, Func<IEnumerable<Endpoint>> endpoints)
    {
        _owner = owner;
        _endpoints = endpoints;
        _createChain = () => new Chain(_owner.Chain.Context, _owner.Chain.Settings, [[.. _endpoints().Distinct()]], _createChain!);
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new ChosenChain(CreateChain()).GetResponseAsync(messages, options, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new ChosenChain(CreateChain()).GetStreamingResponseAsync(messages, options, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is null && serviceType.IsInstanceOfType(this))
        {
            return this;
        }

        if (serviceKey is null && serviceType == typeof(LlmEndpoints))
        {
            return _owner.GetService(serviceType);
        }

        var chain = _createChain();
        return chain.Endpoints.Length > 0 ? chain.FindService(serviceType, serviceKey) : null;
    }

    // The endpoints' clients are their owners'.
    public void Dispose()
    {
    }

    private Chain CreateChain()
    {
        var chain = _createChain();
        return chain.Endpoints.Length > 0 ? chain : throw new InvalidOperationException("None of the endpoints exists (any more).");
    }
}
