using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>A simulated server on 127.0.0.1 that speaks Anthropic's messages API, with faults on demand. For tests and outage drills.</summary>
/// <remarks>
/// Serves <c>POST /v1/messages</c>, streaming or not, and <c>GET /v1/models</c>. Every message gets the same answer, at once; keys are not looked at.
/// Its <see cref="SimulatedServer.BaseAddress"/> has no version, which Anthropic's SDK adds. All members may be called from any thread.
/// </remarks>
/// <example>
/// <code>
/// await using var server = await SimulatedAnthropicServer.StartAsync();
/// server.Faults.Next(2, SimulatedFault.Status(529));
/// builder.AddAnthropicEndpoint("drill", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "none", "any"));
/// </code>
/// </example>
public sealed class SimulatedAnthropicServer : SimulatedServer
{
    private readonly AnthropicRequestLog _log = new();
    private readonly AnthropicApi _api;

    // The GPU of each life is idle: every answer is there at once.
    private SimulatedAnthropicServer(SimulatedAnthropicServerOptions options)
        : base(new(options.Port, "", options.RestartDelay, new(), options.TimeProvider)) =>
        _api = new(options, Faults, ModelListFaults, _log, Recorder);

    /// <summary>Gets the requests that have arrived, the oldest first; the latest 10,000. Those that the API refuses are among them.</summary>
    public IReadOnlyList<SimulatedAnthropicRequest> Requests => _log.GetRequests();

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves; by default as the options' default values say.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The server, which accepts connections. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static async Task<SimulatedAnthropicServer> StartAsync(SimulatedAnthropicServerOptions? options = null, CancellationToken cancellationToken = default) =>
        await StartAsync(new SimulatedAnthropicServer((options ?? new()).ValidatedCopy()), cancellationToken).ConfigureAwait(false);

    private protected override Task HandleAsync(HttpContext http, SimulatedGpu gpu, Action crash) => _api.HandleAsync(http, gpu);
}
