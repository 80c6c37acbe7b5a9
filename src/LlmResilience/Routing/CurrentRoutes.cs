using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Routing;

/// <summary>The routes that a client's next request is looked up in, and the clients of endpoints that a reload has removed.</summary>
internal sealed class CurrentRoutes : IDisposable
{
    private const string Client = "LlmResilience.ResilientChatClient";

    private readonly object _lock = new();
    private readonly List<RetiredEndpoint> _retired = [];
    private volatile RouteTable? _table;
    private volatile bool _isDisposed;

    /// <summary>The routes of a request that begins now.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public RouteTable Value
    {
        get
        {
            ThrowIfDisposed();
            return Last;
        }
    }

    /// <summary>The same, or after <see cref="Dispose"/> the last one that there was.</summary>
    public RouteTable Last => _table!;

    /// <summary>The endpoints that are in use, whether or not a route names them; none before the first table.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _table?.All.Endpoints ?? [];

    /// <summary>
    /// Sends the next requests by other routes, and those who wait for an endpoint to look into them. What is in flight ends where it
    /// began; what fails goes on in its new chain if the old one has lost an endpoint.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The client was disposed meanwhile.</exception>
    public void Replace(RouteTable table)
    {
        var endpoints = table.All.Endpoints;
        lock (_lock)
        {
            if (_isDisposed)
            {
                Disposal.DisposeAll(endpoints.Except(Endpoints));
            }

            ThrowIfDisposed();
            _retired.AddRange(Endpoints.Except(endpoints).Select(endpoint => new RetiredEndpoint(endpoint, Forget)));
            _table = table;
        }

        table.All.Context.Pool.SignalChange();
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

        _table?.All.Context.Pool.SignalChange();
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
