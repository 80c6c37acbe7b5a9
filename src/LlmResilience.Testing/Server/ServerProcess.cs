using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmResilience.Testing;

/// <summary>What listens at a port from its start to its death: a listener and its connections.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly ConnectionRegistry _connections = new();
    private readonly KestrelServer _kestrel;
    private readonly SimulatedApplication _application;

    public ServerProcess(Socket bound, RequestDelegate handle)
    {
        _listener = bound;
        _application = new(handle);
        var transport = new SocketTransportOptions
        {
            CreateBoundListenSocket = _ => bound,

            // A flush then waits until the socket has the bytes: what was written before a cut does arrive.
            MaxWriteBufferSize = 1,
        };
        _kestrel = new(
            Options.Create(CreateOptions()),
            new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _kestrel.StartAsync(_application, cancellationToken);

    /// <summary>Refuses new connections from now on.</summary>
    public void StopListening() => _listener.Dispose();

    public void AbortConnections() => _connections.AbortAll();

    /// <summary>Waits until the last request handler of a process without connections has left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _kestrel.Dispose();
    }

    private KestrelServerOptions CreateOptions()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MinResponseDataRate = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Listen(_listener.LocalEndPoint!, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(_connections.Track);
        });
        return options;
    }
}
