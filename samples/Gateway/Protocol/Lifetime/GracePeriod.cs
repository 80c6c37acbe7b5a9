using Gateway.Configuration;

namespace Gateway.Protocol.Lifetime;

/// <summary>How long answers may go on once the service is told to stop.</summary>
internal sealed class GracePeriod : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _stopping;

    public GracePeriod(GatewayOptions options, IHostApplicationLifetime lifetime)
        => _stopping = lifetime.ApplicationStopping.Register(() => _ended.CancelAfter(options.ShutdownGrace));

    public CancellationToken Ended => _ended.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _ended.Dispose();
    }
}
