using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmResilience.Testing;

/// <summary>The server's process from its start to its death: a listener, its connections, an empty GPU.</summary>
internal sealed class ServerLife : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly ConnectionRegistry _connections = new();
    private readonly KestrelServer _kestrel;
    private readonly SimulatedApplication _application;

    public ServerLife(Socket bound, SimulatedGpu gpu, Func<ServerLife, HttpContext, Task> handle)
    {
        _listener = bound;
        Gpu = gpu;
        _application = new(http => handle(this, http));
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

    public SimulatedGpu Gpu { get; }

    public Task StartAsync(CancellationToken cancellationToken) => _kestrel.StartAsync(_application, cancellationToken);

    /// <summary>Ends it as a crash would: new connections are refused and the open ones aborted before this returns.</summary>
    public void Kill()
    {
        _listener.Dispose();
        Gpu.Crash();
        _connections.AbortAll();
    }

    /// <summary>Waits until the last request handler of a killed life has left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _kestrel.Dispose();
        Gpu.Dispose();
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
