using System.Net.Sockets;

namespace LlmResilience.Testing;

/// <summary>A simulated server on 127.0.0.1 that speaks Anthropic's messages API, with faults on demand. For tests and outage drills.</summary>
/// <remarks>
/// Serves <c>POST /v1/messages</c>, streaming or not. Every request gets the same answer, at once; keys are not looked at.
/// All members may be called from any thread.
/// </remarks>
/// <example>
/// <code>
/// await using var server = await SimulatedAnthropicServer.StartAsync();
/// server.Faults.Next(2, SimulatedFault.Status(529));
/// builder.AddAnthropicEndpoint("drill", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "none", "any"));
/// </code>
/// </example>
public sealed class SimulatedAnthropicServer : IAsyncDisposable
{
    private readonly AnthropicRequestLog _log = new();
    private readonly ServerPort _port;

    private SimulatedAnthropicServer(SimulatedAnthropicServerOptions options)
    {
        Faults = new(new PortSwitch(() => _port!.CloseAsync(), () => _port!.OpenAsync()).Set);
        _port = new(options.Port, new AnthropicApi(options, Faults, _log).HandleAsync);
        BaseAddress = new Uri($"http://127.0.0.1:{_port.Number}");
    }

    /// <summary>Gets the address to give to clients, without the version, which Anthropic's SDK adds.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Gets the faults that the coming requests meet; none at first.</summary>
    public SimulatedFaults Faults { get; }

    /// <summary>Gets the requests that have arrived, the oldest first; the latest 10,000.</summary>
    public IReadOnlyList<SimulatedAnthropicRequest> Requests => _log.GetRequests();

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves; by default as the options' default values say.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The server, which accepts connections. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static async Task<SimulatedAnthropicServer> StartAsync(SimulatedAnthropicServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new SimulatedAnthropicServer((options ?? new()).ValidatedCopy());
        try
        {
            await server._port.OpenAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until no request is being served: every client has its answer, or has left.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the server is idle.</returns>
    public Task WaitForIdleAsync(CancellationToken cancellationToken = default) => _log.WaitForIdleAsync(cancellationToken);

    /// <summary>Stops the server for good. Open streams are aborted.</summary>
    /// <returns>A task that ends when all is released.</returns>
    public ValueTask DisposeAsync() => _port.DisposeAsync();
}
