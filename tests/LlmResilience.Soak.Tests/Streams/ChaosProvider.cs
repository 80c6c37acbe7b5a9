using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>Makes chaotic clients for endpoints of the configuration, one more with every reload that changes their key.</summary>
internal sealed class ChaosProvider : EndpointProvider
{
    private readonly ConcurrentQueue<ChaoticClient> _clients = new();

    public override string Name => "Chaos";

    public override IReadOnlyCollection<string> ConfigurationKeys { get; } = ["Key"];

    public IReadOnlyCollection<ChaoticClient> Clients => _clients;

    public override IEnumerable<string> Validate(IConfigurationSection section) => [];

    public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
    {
        var client = new ChaoticClient(_clients.Count + 1, TimeSpan.Zero) { FaultsBefore = 0.15, FaultsAfter = 0.15, Silence = 0.01 };
        _clients.Enqueue(client);
        return client;
    }
}
