using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>Sends every request to the best endpoint that is healthy, and on to the next one if that fails before its first token.</summary>
/// <remarks>
/// Made by <see cref="LlmResilienceBuilder"/>. Safe for concurrent use; it owns its endpoints' clients and disposes them. The caller's
/// messages and options are never changed.
/// </remarks>
public sealed class ResilientChatClient : IChatClient
{
    private readonly LlmEndpoints _endpoints;
    private readonly object _lock = new();
    private readonly List<RetiredEndpoint> _retired = [];
    private volatile Chain _chain;
    private IDisposable? _reloader;
    private int _disposed;

    internal ResilientChatClient(Chain chain)
    {
        _chain = chain;
        _endpoints = new LlmEndpoints(this);
        Instruments.Add(this);
    }

    internal Chain Chain => _chain;

    /// <inheritdoc/>
    /// <exception cref="AllEndpointsFailedException">Every endpoint failed or was out.</exception>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return ResponseRequest.GetResponseAsync(_chain, Materialise(messages), options, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="AllEndpointsFailedException">Every endpoint failed or was out; thrown by the first <c>MoveNextAsync</c>.</exception>
    /// <exception cref="StreamStalledException">The stream fell silent after its first token.</exception>
    /// <exception cref="StreamInterruptedException">The stream broke after its first token.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return new StreamRequest(_chain, Materialise(messages), options, cancellationToken);
    }

    /// <summary>Itself, <see cref="LlmEndpoints"/>, <see cref="ChatClientMetadata"/>, or what the first endpoint's client has.</summary>
    /// <param name="serviceType">The type asked for.</param>
    /// <param name="serviceKey">A key, or <see langword="null"/>.</param>
    /// <returns>The object, or <see langword="null"/>.</returns>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this
            : serviceKey is null && serviceType == typeof(LlmEndpoints) ? _endpoints
            : _chain.Endpoints[0].Client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the endpoints' clients.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Instruments.Remove(this);
        _reloader?.Dispose();
        lock (_lock)
        {
            Disposal.DisposeAll([.. _retired, .. _chain.Endpoints.Select(endpoint => endpoint.Client)]);
            _retired.Clear();
        }
    }

    internal void ReloadWith(IDisposable reloader) => _reloader = reloader;

    /// <summary>Sends the next requests down another chain. What is in flight ends where it began.</summary>
    internal void Use(Chain chain)
    {
        lock (_lock)
        {
            var removed = _chain.Endpoints.Except(chain.Endpoints).ToList();
            _chain.ReplaceWith(chain);
            _chain = chain;
            _retired.AddRange(removed.Select(endpoint => new RetiredEndpoint(endpoint, Forget)));
        }
    }

    private void Forget(RetiredEndpoint retired)
    {
        lock (_lock)
        {
            _retired.Remove(retired);
        }
    }

    // Once for all attempts: a lazy sequence may be costly, or not repeatable.
    private static IReadOnlyList<ChatMessage> Materialise(IEnumerable<ChatMessage> messages)
        => messages as IReadOnlyList<ChatMessage> ?? [.. messages];
}
