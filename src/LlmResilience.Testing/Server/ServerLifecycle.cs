using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Brings the server up and takes it down, always on the same port.</summary>
internal sealed class ServerLifecycle : IAsyncDisposable
{
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    private readonly ServerSettings _settings;
    private readonly StatisticsRecorder _statistics;
    private readonly Func<ServerLife, HttpContext, Task> _handle;
    private readonly Action _changed;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<Task> _endings = [];
    private readonly ITimer _restart;
    private Socket? _reserved;
    private volatile ServerLife? _life;
    private volatile bool _disposed;

    public ServerLifecycle(ServerSettings settings, StatisticsRecorder statistics, Func<ServerLife, HttpContext, Task> handle, Action changed)
    {
        _settings = settings;
        _statistics = statistics;
        _handle = handle;
        _changed = changed;
        _reserved = LoopbackSocket.Bind(settings.Port);
        Port = _reserved.Port();
        _restart = settings.TimeProvider.CreateTimer(
            static self => _ = ((ServerLifecycle)self!).ComeBackAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Port { get; }

    public bool IsDisposed => _disposed;

    public SimulatedGpu? Gpu => _life?.Gpu;

    public async Task UpAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_life is null && !_disposed)
            {
                await Up_NeedsGateAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <param name="life">The life to end; <see langword="null"/> for whichever it is.</param>
    /// <param name="isCrash">Whether it comes back by itself.</param>
    /// <param name="cancellationToken">Gives up waiting for another change to end.</param>
    public async Task DownAsync(ServerLife? life, bool isCrash, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_life is { } current && (life is null || life == current))
            {
                Down_NeedsGate(current, isCrash);
            }

            if (!isCrash && !_disposed)
            {
                _restart.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_life is { } life)
            {
                Down_NeedsGate(life, isCrash: false);
            }

            await _restart.DisposeAsync().ConfigureAwait(false);
            _reserved?.Dispose();
        }
        finally
        {
            _gate.Release();
        }

        await Task.WhenAll(_endings).ConfigureAwait(false);
    }

    private async Task Up_NeedsGateAsync(CancellationToken cancellationToken)
    {
        _restart.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var socket = _reserved ?? LoopbackSocket.Bind(Port);
        _reserved = null;
        _life = new ServerLife(socket, new SimulatedGpu(_settings.Gpu, _settings.TimeProvider, _changed), _handle);
        try
        {
            await _life.StartAsync(cancellationToken).ConfigureAwait(false);
            _statistics.CameUp();
        }
        catch
        {
            Down_NeedsGate(_life, isCrash: false);
            throw;
        }
    }

    private async Task ComeBackAsync()
    {
        try
        {
            await UpAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException && !_disposed)
        {
            _restart.Change(RetryTime, Timeout.InfiniteTimeSpan);
        }
    }

    private void Down_NeedsGate(ServerLife life, bool isCrash)
    {
        _life = null;
        life.Kill();
        _endings.RemoveAll(static ending => ending.IsCompletedSuccessfully);
        _endings.Add(life.DisposeAsync().AsTask());
        try
        {
            _reserved = LoopbackSocket.Bind(Port);
        }
        catch (SocketException)
        {
            // Some systems keep a port until its aborted connections are gone; the restart tries again.
        }

        if (isCrash)
        {
            _restart.Change(_settings.RestartDelay, Timeout.InfiniteTimeSpan);
        }

        _statistics.WentDown(isCrash);
    }
}
