using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Probing;
using LlmResilience.Requests;
using LlmResilience.Routing;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>Sends every request to the best endpoint that is healthy, and on to the next one if that fails before its first token.</summary>
/// <remarks>
/// Made by <see cref="LlmResilienceBuilder"/>. Safe for concurrent use. It disposes its endpoints' clients, except those that were added
/// with <c>leaveOpen</c>. It never changes the caller's messages and options. What it is given is taken at the call: the caller may change
/// the list and the options as soon as the call has returned.
/// </remarks>
public sealed class ResilientChatClient : IChatClient
{
    private readonly CurrentRoutes _routes;
    private readonly Router _router;
    private readonly LlmEndpoints _endpoints;
    private readonly IDisposable _reloader;
    private readonly EndpointProber _prober;
    private int _disposed;

    internal ResilientChatClient(CurrentRoutes routes, Router router, IDisposable reloader, EndpointProber prober)
    {
        _routes = routes;
        _router = router;
        _reloader = reloader;
        _prober = prober;
        _endpoints = new LlmEndpoints(() => routes.Endpoints);
        EndpointGauges.Add(_endpoints);
    }

    /// <summary>The chain of all endpoints, as it is now.</summary>
    internal Chain Chain => _routes.Value.All;

    internal Router Router => _router;

    internal EndpointProber Prober => _prober;

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="NoRouteException">No route takes the request, or its route has none of the endpoints that it allows.</exception>
    /// <exception cref="PinnedEndpointUnavailableException">The request names state of an endpoint that is unavailable: come back after its <see cref="PinnedEndpointUnavailableException.RetryAfter"/>.</exception>
    /// <exception cref="AllEndpointsFailedException">No endpoint answered: come back after its <see cref="AllEndpointsFailedException.RetryAfter"/>.</exception>
    /// <exception cref="RequestTimeoutException">The request's time was over.</exception>
    /// <exception cref="OperationCanceledException">The app canceled.</exception>
    /// <remarks>
    /// A failure that is the request's own fault reaches the app as the exception that the endpoint's client threw, and one of the app's own
    /// selectors as what they threw.
    /// </remarks>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var input = RequestInput.Of(messages, options);
        return _router.TryChoose(input, out var chosen, out var failure)
            ? chosen.GetResponseAsync(input, cancellationToken)
            : Task.FromException<ChatResponse>(failure);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="NoRouteException">No route takes the request, or its route has none of the endpoints that it allows; thrown by the first <c>MoveNextAsync</c>.</exception>
    /// <exception cref="PinnedEndpointUnavailableException">The request names state of an endpoint that is unavailable; thrown by the first <c>MoveNextAsync</c>.</exception>
    /// <exception cref="AllEndpointsFailedException">No endpoint brought a first token; thrown by the first <c>MoveNextAsync</c>.</exception>
    /// <exception cref="StreamInterruptedException">The stream broke after its first token (<see cref="StreamStalledException"/>: it fell silent); thrown by a later <c>MoveNextAsync</c>.</exception>
    /// <exception cref="RequestTimeoutException">The request's time was over; thrown by any <c>MoveNextAsync</c>.</exception>
    /// <exception cref="OperationCanceledException">The app canceled; thrown by any <c>MoveNextAsync</c>.</exception>
    /// <remarks>
    /// A failure that is the request's own fault reaches the app as the exception that the endpoint's client threw, and one of the app's own
    /// selectors as what they threw.
    /// </remarks>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var input = RequestInput.Of(messages, options);
        return _router.TryChoose(input, out var chosen, out var failure)
            ? chosen.GetStreamingResponseAsync(input, cancellationToken)
            : new RefusedStream(failure);
    }

    /// <summary>Itself, <see cref="LlmEndpoints"/>, and the first endpoint's <see cref="ChatClientMetadata"/>; in a chain of one, whatever its client has.</summary>
    /// <remarks>In a chain of several, what stands around one endpoint's client is not around the chain, and is not handed out as if it were.</remarks>
    /// <param name="serviceType">The type asked for.</param>
    /// <param name="serviceKey">A key, or <see langword="null"/>.</param>
    /// <returns>The object, or <see langword="null"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceType"/> is null.</exception>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is null && serviceType.IsInstanceOfType(this))
        {
            return this;
        }

        if (serviceKey is null && serviceType == typeof(LlmEndpoints))
        {
            return _endpoints;
        }

        return _routes.Last.All.FindService(serviceType, serviceKey);
    }

    /// <summary>Disposes the endpoints' clients, except those that were added with <c>leaveOpen</c>, and stops following the configuration.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            EndpointGauges.Remove(_endpoints);
            _reloader.Dispose();
            _prober.Dispose();
            _routes.Dispose();
        }
    }
}
