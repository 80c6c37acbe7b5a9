using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Chains;

/// <summary>The chain that a client's next request takes, and the clients of endpoints that a reload has removed.</summary>
internal sealed class CurrentChain : IDisposable
{
    private const string Client = "LlmResilience.ResilientChatClient";

    private readonly object _lock = new();
    private readonly List<RetiredEndpoint> _retired = [];
    private volatile Chain? _chain;
    private volatile bool _isDisposed;

    /// <summary>The chain of a request that begins now.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public Chain Value
    {
        get
        {
            ThrowIfDisposed();
            return Last;
        }
    }

    /// <summary>The same, or after <see cref="Dispose"/> the last one that there was.</summary>
    public Chain Last => _chain!;

    /// <summary>The endpoints that are in use; none before the first chain.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _chain?.Endpoints ?? [];

    /// <summary>
    /// Sends the next requests down another chain, and those who wait for an endpoint to look into it. What is in flight ends where it
    /// began; what fails goes on in the new chain if the old one has lost an endpoint.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The client was disposed meanwhile.</exception>
    public void Replace(Chain chain)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                Disposal.DisposeAll(chain.Endpoints.Except(Endpoints));
            }

            ThrowIfDisposed();
            _retired.AddRange(Endpoints.Except(chain.Endpoints).Select(endpoint => new RetiredEndpoint(endpoint, Forget)));
            _chain = chain;
        }

        chain.Context.Pool.SignalChange();
    }

    /// <summary>Disposes the clients of all endpoints, the removed ones included. No request asks them any more, and nobody waits for them.</summary>
    public void Dispose()
    {
        IDisposable[] disposables;
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var endpoint in Endpoints)
            {
                endpoint.Retire();
            }

            disposables = [.. _retired, .. Endpoints];
            _retired.Clear();
        }

        _chain?.Context.Pool.SignalChange();
        Disposal.DisposeAll(disposables);
    }

    private void ThrowIfDisposed()
    {
#pragma warning disable CA1513 // What is disposed is the client, which is not known here.
        if (_isDisposed)
        {
            throw new ObjectDisposedException(Client);
        }
#pragma warning restore CA1513
    }

    private void Forget(RetiredEndpoint retired)
    {
        lock (_lock)
        {
            _retired.Remove(retired);
        }
    }
}
