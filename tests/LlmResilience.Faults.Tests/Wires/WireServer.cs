using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Wires;

/// <summary>A simulated server of one protocol, and how a client of the real SDK gets to it.</summary>
internal sealed class WireServer(SimulatedServer server, Action<LlmResilienceBuilder, string, Action<EndpointOptions>?> add) : IAsyncDisposable
{
    public SimulatedFaults Faults => server.Faults;

    public LlmResilienceBuilder AddTo(LlmResilienceBuilder builder, string name, Action<EndpointOptions>? configure = null)
    {
        add(builder, name, configure);
        return builder;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
