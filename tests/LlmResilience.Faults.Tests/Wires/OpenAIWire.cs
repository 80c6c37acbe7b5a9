using LlmResilience.Faults.Tests.Matrix;
using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Wires;

/// <summary>OpenAI's SDK and a <see cref="SimulatedOpenAIServer"/>.</summary>
internal sealed class OpenAIWire : Wire
{
    public override string Title => "OpenAI's SDK";

    public override string Introduction => "Played by a `SimulatedOpenAIServer` to an endpoint of the package `LlmResilience.OpenAI`.";

    public override FaultCatalog Catalog => FaultCatalog.OpenAI;

    public override async Task<WireServer> StartAsync(bool isFallback)
    {
        var server = await SimulatedOpenAIServer.StartAsync(new()
        {
            Seed = isFallback ? 1000 : 0,
            TokensPerAnswer = 8,
            TokensPerAnswerJitterRatio = 0,
            Gpu = { DecodeTokensPerSecond = 2_000, DecodeTokensPerSecondWhenFull = 2_000, PrefillTokensPerSecond = 1_000_000 },
        });
        return new(server, (builder, name, configure) => builder.AddOpenAIEndpoint(
            name, provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "none", "simulated"), configure));
    }
}
