using LlmResilience.Testing;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

/// <summary>Servers and clients as most tests have them.</summary>
internal static class Clients
{
    public static Task<SimulatedAnthropicServer> StartAsync(SimulatedFault? fault = null, SimulatedAnthropicAnswer? answer = null)
        => StartAsync(new SimulatedAnthropicServerOptions { Answer = answer ?? new() { Text = "Hello" } }, fault);

    public static async Task<SimulatedAnthropicServer> StartAsync(SimulatedAnthropicServerOptions options, SimulatedFault? fault = null)
    {
        var server = await SimulatedAnthropicServer.StartAsync(options);
        if (fault is not null)
        {
            server.Faults.Always(fault);
        }

        return server;
    }

    public static IChatClient CreateClient(this SimulatedAnthropicServer server, int? maxOutputTokens = null)
        => AnthropicClientFactory.Create(
            new() { BaseAddress = server.BaseAddress, ApiKey = "k", ModelId = "m-1", MaxOutputTokens = maxOutputTokens }, services: null);

    public static LlmResilienceBuilder Add(this LlmResilienceBuilder builder, string name, SimulatedAnthropicServer server, Action<EndpointOptions>? configure = null)
        => builder.AddAnthropicEndpoint(name, provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "k", name), endpoint =>
        {
            endpoint.Retry.MaxRetryAttempts = 0;
            configure?.Invoke(endpoint);
        });
}
