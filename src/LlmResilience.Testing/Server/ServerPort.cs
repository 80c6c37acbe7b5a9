using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>One port, and the process that listens at it, unless it is closed.</summary>
internal sealed class ServerPort : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly RequestDelegate _handle;
    private Socket? _reserved;
    private ServerProcess? _process;
    private bool _disposed;

    /// <exception cref="SocketException">The port is taken.</exception>
    public ServerPort(int port, RequestDelegate handle)
    {
        _handle = handle;
        _reserved = LoopbackSocket.Bind(port);
        Number = _reserved.Port();
    }

    public int Number { get; }

    public Task OpenAsync(CancellationToken cancellationToken = default) => ChangeAsync(Open_NeedsGateAsync, cancellationToken);

    /// <summary>Refuses new connections and aborts the open ones.</summary>
    public Task CloseAsync() => ChangeAsync(Close_NeedsGateAsync, CancellationToken.None);

    public async ValueTask DisposeAsync() => await ChangeAsync(
        async cancellationToken =>
        {
            await Close_NeedsGateAsync(cancellationToken).ConfigureAwait(false);
            _disposed = true;
            _reserved?.Dispose();
        },
        CancellationToken.None).ConfigureAwait(false);

    private async Task ChangeAsync(Func<CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await (_disposed ? Task.CompletedTask : change(cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task Open_NeedsGateAsync(CancellationToken cancellationToken)
    {
        if (_process is null)
        {
            _process = new(_reserved ?? LoopbackSocket.Bind(Number), _handle);
            _reserved = null;
            await _process.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task Close_NeedsGateAsync(CancellationToken cancellationToken)
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.StopListening();
        process.AbortConnections();
        try
        {
            _reserved = LoopbackSocket.Bind(Number);
        }
        catch (SocketException)
        {
            // Some systems keep a port until its aborted connections are gone; opening it tries again.
        }

        await process.DisposeAsync().ConfigureAwait(false);
    }
}
