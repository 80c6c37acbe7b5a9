using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>One life of a server with a GPU, which is empty when it begins.</summary>
internal sealed class ServerLife : IAsyncDisposable
{
    private readonly ServerProcess _process;

    public ServerLife(Socket bound, SimulatedGpu gpu, Func<ServerLife, HttpContext, Task> handle)
    {
        Gpu = gpu;
        _process = new(bound, http => handle(this, http));
    }

    public SimulatedGpu Gpu { get; }

    public Task StartAsync(CancellationToken cancellationToken) => _process.StartAsync(cancellationToken);

    /// <summary>Ends it as a crash would: new connections are refused and the open ones aborted before this returns.</summary>
    public void Kill()
    {
        _process.StopListening();
        Gpu.Crash();
        _process.AbortConnections();
    }

    /// <summary>Waits until the last request handler of a killed life has left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        Gpu.Dispose();
    }
}
