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
/// All members may be called from any thread.
/// </remarks>
public sealed class SimulatedOpenAIServer : IAsyncDisposable
{
    private readonly StatisticsRecorder _statistics;
    private readonly ConditionWaiters _waiters;
    private readonly ServerLifecycle _lifecycle;
    private readonly OpenAIApi _api;

    private SimulatedOpenAIServer(SimulatedOpenAIServerOptions options)
    {
        Faults = new(new PortSwitch(() => StopAsync(), () => _lifecycle!.UpAsync(CancellationToken.None)).Set);
        _waiters = new(GetStatistics);
        _statistics = new(options.TimeProvider, _waiters.Notify);
        _api = new(options, new ChatCompletions(options, Faults, _statistics));
        _lifecycle = new(options, _statistics, HandleAsync, _waiters.Notify);
        BaseAddress = new Uri($"http://127.0.0.1:{_lifecycle.Port}/v1");
    }

    /// <summary>Gets the address to give to clients, with the path <c>/v1</c>. It stays the same over crashes and restarts.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Gets the faults that the coming requests meet; none at first.</summary>
    public SimulatedFaults Faults { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves; by default as the options' default values say.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The server, which accepts connections. Dispose it to stop it.</returns>
    public static async Task<SimulatedOpenAIServer> StartAsync(SimulatedOpenAIServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new SimulatedOpenAIServer((options ?? new()).ValidatedCopy());
        try
        {
            await server.RestartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the counters.</summary>
    /// <returns>A snapshot.</returns>
    public SimulatedServerStatistics GetStatistics() => _statistics.Snapshot(_lifecycle.Gpu);

    /// <summary>Waits until the statistics meet a condition, which is looked at whenever one of its numbers changes.</summary>
    /// <param name="condition">The condition. It may be called on any thread, and should be quick. The passing of <see cref="SimulatedServerStatistics.Downtime"/> alone does not wake it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the condition has been met.</returns>
    public Task WaitForAsync(Predicate<SimulatedServerStatistics> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return _waiters.WaitAsync(condition, cancellationToken);
    }

    /// <summary>Crashes the server now; it comes back by itself after <see cref="SimulatedOpenAIServerOptions.RestartDelay"/>. Nothing happens if it is down already.</summary>
    /// <param name="cancellationToken">Gives up waiting for an earlier change to end.</param>
    /// <returns>A task that ends when every connection is aborted and new ones are refused.</returns>
    public Task CrashAsync(CancellationToken cancellationToken = default) =>
        _lifecycle.DownAsync(life: null, isCrash: true, cancellationToken);

    /// <summary>Takes the server down as a crash does, but until <see cref="RestartAsync"/>; it counts as downtime, not as a crash. A restart that is due after a crash is called off.</summary>
    /// <param name="cancellationToken">Gives up waiting for an earlier change to end.</param>
    /// <returns>A task that ends when every connection is aborted and new ones are refused.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        _lifecycle.DownAsync(life: null, isCrash: false, cancellationToken);

    /// <summary>Brings the server back now, after a stop or a crash. Nothing happens if it is up.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that ends when connections are accepted.</returns>
    /// <exception cref="ObjectDisposedException">The server has been disposed.</exception>
    public Task RestartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_lifecycle.IsDisposed, this);
        return _lifecycle.UpAsync(cancellationToken);
    }

    /// <summary>Stops the server for good. Open streams are aborted.</summary>
    /// <returns>A task that ends when all is released.</returns>
    public ValueTask DisposeAsync() => _lifecycle.DisposeAsync();

    private Task HandleAsync(ServerLife life, HttpContext http) =>
        _api.HandleAsync(http, life.Gpu, () => _ = _lifecycle.DownAsync(life, isCrash: true, CancellationToken.None));
}
