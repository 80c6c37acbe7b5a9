namespace LlmResilience.Endpoints;

/// <summary>Disposes the client of an endpoint that a reload removed, once its last stream has ended.</summary>
/// <remarks>
/// No request asks it from now on: one that still has the old chain goes on in the new one. One that was admitted just before the reload
/// may still come, so the client lives on for a while even when it is idle.
/// </remarks>
internal sealed class RetiredEndpoint : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Endpoint _endpoint;
    private readonly Action<RetiredEndpoint> _onDisposed;
    private readonly ITimer _timer;
    private int _disposed;

    public RetiredEndpoint(Endpoint endpoint, Action<RetiredEndpoint> onDisposed)
    {
        _endpoint = endpoint;
        _onDisposed = onDisposed;
        endpoint.Retire();
        _timer = endpoint.Clock.TimeProvider.CreateTimer(static retired => ((RetiredEndpoint)retired!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Grace, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _timer.Dispose();
            _endpoint.Dispose();
        }
    }

    private void Check()
    {
        if (_endpoint.Load.InFlight > 0 || _endpoint.Load.Abandoned > 0)
        {
            _timer.Change(Grace, Timeout.InfiniteTimeSpan);
            return;
        }

        try
        {
            Dispose();
        }
#pragma warning disable CA1031 // On a timer's thread an exception would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _endpoint.Telemetry.CleanUpFailed(exception);
        }

        _onDisposed(this);
    }
}
