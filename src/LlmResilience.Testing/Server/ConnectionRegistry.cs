using Microsoft.AspNetCore.Connections;

namespace LlmResilience.Testing;

/// <summary>Knows every open connection, to abort them all at once.</summary>
internal sealed class ConnectionRegistry
{
    private readonly Lock _lock = new();
    private readonly HashSet<ConnectionContext> _open = [];
    private bool _aborted;

    public ConnectionDelegate Track(ConnectionDelegate next) => async connection =>
    {
        if (!TryAdd(connection))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Remove(connection);
        }
    };

    public void AbortAll()
    {
        ConnectionContext[] open;
        lock (_lock)
        {
            _aborted = true;
            open = [.. _open];
        }

        foreach (var connection in open)
        {
            connection.Abort(new ConnectionAbortedException("The simulated server went down."));
        }
    }

    private bool TryAdd(ConnectionContext connection)
    {
        lock (_lock)
        {
            return !_aborted && _open.Add(connection);
        }
    }

    private void Remove(ConnectionContext connection)
    {
        lock (_lock)
        {
            _open.Remove(connection);
        }
    }
}
