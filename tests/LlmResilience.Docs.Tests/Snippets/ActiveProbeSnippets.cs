using LlmResilience.Testing;
using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>The snippets of docs/active-probes.md, as methods that tests call.</summary>
internal static class ActiveProbeSnippets
{
    public static void OfYourOwn(LlmResilienceBuilder llm, IChatClient selfHosted, HttpClient http)
    {
        #region probe-own
        llm.AddEndpoint("self-hosted", selfHosted, endpoint =>
        {
            endpoint.ActiveProbe.Enabled = true;
            endpoint.ActiveProbe.UseRequest(async (client, cancellationToken) =>
            {
                using var response = await http.GetAsync("http://gpu-1:8000/health", cancellationToken);
                response.EnsureSuccessStatusCode();
            });
        });
        #endregion
    }

    public static async Task<EndpointState> Rehearsal()
    {
        #region probe-drill
        await using var primary = await SimulatedOpenAIServer.StartAsync();
        await using var backup = await SimulatedOpenAIServer.StartAsync();
        using var client = new LlmResilienceBuilder()
            .AddOpenAIEndpoint("primary", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (primary.BaseAddress, "none", "any"), endpoint =>
            {
                (endpoint.ActiveProbe.Enabled, endpoint.ActiveProbe.Request) = (true, ActiveProbeRequest.ModelList);
                endpoint.ActiveProbe.Interval = TimeSpan.FromMilliseconds(200);
            })
            .AddOpenAIEndpoint("backup", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (backup.BaseAddress, "none", "any"))
            .Build();

        primary.Faults.Always(SimulatedFault.Status(500));          // its chats fail
        primary.ModelListFaults.Always(SimulatedFault.Status(500)); // and so do the probes: without this line it is wedged
        await client.GetResponseAsync("Say something nice.");       // answered by the backup; the primary is in doubt from now on
        EndpointSnapshot? seen;
        while (!client.GetService<LlmEndpoints>()!.TryGetSnapshot("primary", out seen) || seen.State != EndpointState.Unhealthy)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        primary.ModelListFaults.Clear(); // the probes let it back in
        #endregion
        return seen.State;
    }
}
