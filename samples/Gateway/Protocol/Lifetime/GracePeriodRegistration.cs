using Gateway.Configuration;

namespace Gateway.Protocol.Lifetime;

/// <summary>Registers the grace period, and keeps the host from cutting the connections before it is over.</summary>
internal static class GracePeriodRegistration
{
    // For writing the last events to clients that are slow to read.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(5);

    public static void AddGracePeriod(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<GracePeriod>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownGrace + Afterwards);
    }
}
