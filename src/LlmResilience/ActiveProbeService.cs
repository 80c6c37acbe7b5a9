using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmResilience;

/// <summary>Starts active probes with the host, and stops them with it: a client that nobody has asked for yet would not probe.</summary>
/// <remarks>Where no endpoint is to be probed, the client is made when somebody asks for it, as ever.</remarks>
internal sealed class ActiveProbeService(LlmResilienceBuilder builder, IServiceProvider services) : IHostedService
{
    private ResilientChatClient? _client;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (builder.WantsActiveProbes(services))
        {
            _client = services.GetRequiredKeyedService<ResilientChatClient>(builder.Name);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _client?.Prober.Dispose();
        return Task.CompletedTask;
    }
}
