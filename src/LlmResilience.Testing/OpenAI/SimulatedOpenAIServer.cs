using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>
/// A simulated model server on 127.0.0.1 that speaks OpenAI's chat API. Under load it behaves as a real one on a GPU:
/// it slows down, queues, and crashes. For tests and outage drills.
/// </summary>
/// <remarks>
/// Serves <c>POST /v1/chat/completions</c> (streaming or not), <c>GET /v1/models</c> and <c>GET /health</c>. Keys are not
/// looked at. When <see cref="SimulatedGpuOptions.MaxQueueLength"/> is exceeded the server crashes: open connections are aborted,
/// new ones refused, and after <see cref="SimulatedOpenAIServerOptions.RestartDelay"/> it is back on the same port, empty.
/// Its <see cref="SimulatedServer.BaseAddress"/> has the path <c>/v1</c>. All members may be called from any thread.
/// </remarks>
public sealed class SimulatedOpenAIServer : SimulatedServer
{
    private readonly OpenAIApi _api;

    private SimulatedOpenAIServer(SimulatedOpenAIServerOptions options)
        : base(new(options.Port, "/v1", options.RestartDelay, options.Gpu, options.TimeProvider)) =>
        _api = new(options, new ChatCompletions(options, Faults, Recorder), ModelListFaults);

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves; by default as the options' default values say.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The server, which accepts connections. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static async Task<SimulatedOpenAIServer> StartAsync(SimulatedOpenAIServerOptions? options = null, CancellationToken cancellationToken = default) =>
        await StartAsync(new SimulatedOpenAIServer((options ?? new()).ValidatedCopy()), cancellationToken).ConfigureAwait(false);

    private protected override Task HandleAsync(HttpContext http, SimulatedGpu gpu, Action crash) => _api.HandleAsync(http, gpu, crash);
}
