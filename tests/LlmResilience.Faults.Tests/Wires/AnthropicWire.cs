using LlmResilience.Faults.Tests.Matrix;
using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Wires;

/// <summary>Anthropic's SDK and a <see cref="SimulatedAnthropicServer"/>.</summary>
internal sealed class AnthropicWire : Wire
{
    public override string Title => "Anthropic's SDK";

    public override string Introduction => "Played by a `SimulatedAnthropicServer` to an endpoint of the package `LlmResilience.Anthropic`.";

    public override FaultCatalog Catalog => FaultCatalog.Anthropic;

    public override async Task<WireServer> StartAsync(bool isFallback)
    {
        var text = isFallback ? "eight other words that the fallback says here" : "the river runs past eight old stone houses";
        var server = await SimulatedAnthropicServer.StartAsync(new() { Answer = new() { Text = text } });
        return new(server, (builder, name, configure) => builder.AddAnthropicEndpoint(
            name, provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "none", "simulated"), configure));
    }
}
