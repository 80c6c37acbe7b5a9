using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>A simulated model server on 127.0.0.1: what the servers of all protocols can do.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public abstract class SimulatedServer : IAsyncDisposable
{
    private readonly ConditionWaiters _waiters;
    private readonly ServerLifecycle _lifecycle;

    private protected SimulatedServer(ServerSettings settings)
    {
        Faults = new(new PortSwitch(() => StopAsync(), () => _lifecycle!.UpAsync(CancellationToken.None)).Set);
        _waiters = new(GetStatistics);
        Recorder = new(settings.TimeProvider, _waiters.Notify);
        _lifecycle = new(settings, Recorder, HandleAsync, _waiters.Notify);
        BaseAddress = new Uri($"http://127.0.0.1:{_lifecycle.Port}{settings.Path}");
    }

    /// <summary>Gets the address to give to clients, as their SDK wants it. It stays the same over crashes and restarts.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Gets the faults that the coming requests meet; none at first.</summary>
    public SimulatedFaults Faults { get; }

    /// <summary>
    /// Gets the faults that requests for the list of models meet, which <see cref="Faults"/> leave alone; none at first. A server whose chats are
    /// silent and whose list is there is wedged; one whose list fails as well is gone for every probe.
    /// </summary>
    /// <remarks>What strikes inside an answer, at a token, does not strike here.</remarks>
    public SimulatedFaults ModelListFaults { get; } = new();

    private protected StatisticsRecorder Recorder { get; }

    /// <summary>Reads the counters.</summary>
    /// <returns>A snapshot.</returns>
    public SimulatedServerStatistics GetStatistics() => Recorder.Snapshot(_lifecycle.Gpu);

    /// <summary>Waits until the statistics meet a condition, which is looked at whenever one of its numbers changes.</summary>
    /// <param name="condition">The condition. It may be called on any thread, and should be quick. The passing of <see cref="SimulatedServerStatistics.Downtime"/> alone does not wake it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the condition has been met.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="condition"/> is null.</exception>
    public Task WaitForAsync(Predicate<SimulatedServerStatistics> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return _waiters.WaitAsync(condition, cancellationToken);
    }

    /// <summary>Crashes the server now; it comes back by itself after the <c>RestartDelay</c> of its options. Nothing happens if it is down already.</summary>
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
    public async ValueTask DisposeAsync()
    {
        await _lifecycle.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private protected static async Task<TServer> StartAsync<TServer>(TServer server, CancellationToken cancellationToken)
        where TServer : SimulatedServer
    {
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

    /// <summary>Serves one request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="gpu">The GPU of the server's current life.</param>
    /// <param name="crash">Called when the GPU has crashed under this request.</param>
    private protected abstract Task HandleAsync(HttpContext http, SimulatedGpu gpu, Action crash);

    private Task HandleAsync(ServerLife life, HttpContext http) =>
        HandleAsync(http, life.Gpu, () => _ = _lifecycle.DownAsync(life, isCrash: true, CancellationToken.None));
}
