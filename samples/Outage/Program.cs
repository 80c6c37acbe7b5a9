// An outage: the app's model server gets slow, then it is gone, then it comes back. The app goes on asking; LlmResilience falls over to
// the backup, ejects the server's endpoint, probes it with a real request, and gives it a growing share once it is well again.
using LlmResilience;
using LlmResilience.OpenAI;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;

// Two servers on this machine stand for your own and for a hosted one.
await using var server = await SimulatedOpenAIServer.StartAsync(new() { TokensPerAnswer = 15 });
await using var backup = await SimulatedOpenAIServer.StartAsync(new() { TokensPerAnswer = 15 });

using var client = new LlmResilienceBuilder()
    .AddOpenAIEndpoint("self-hosted", provider => PointAt(provider, server), endpoint =>
    {
        endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(1);
        endpoint.Ejection.ConsecutiveFailureThreshold = 3;
        // Far shorter than the defaults, so that the story takes seconds.
        endpoint.Ejection.BaseEjectionTime = TimeSpan.FromSeconds(1);
        endpoint.Ejection.RampUpDuration = TimeSpan.FromSeconds(3);
    })
    .AddOpenAIEndpoint("hosted", provider => PointAt(provider, backup))
    .Build();
var endpoints = client.GetRequiredService<LlmEndpoints>();
var lastShown = "";
var requests = 0;

Console.WriteLine("All is well.");
await AskUntilAsync(_ => requests == 3);

Console.WriteLine("The server gets slow: its first token takes ten seconds.");
server.Faults.Always(SimulatedFault.SlowFirstToken(TimeSpan.FromSeconds(10)));
await AskUntilAsync(endpoint => endpoint.State == EndpointState.Ejected);

Console.WriteLine("Now it is gone. When its ejection is over, a probe finds that out, and it is ejected for twice as long.");
await server.StopAsync();
await AskUntilAsync(endpoint => endpoint.EjectionMultiplier >= 2);

Console.WriteLine("It is back, and as fast as it was.");
server.Faults.Clear();
await server.RestartAsync();
await AskUntilAsync(endpoint => endpoint.State == EndpointState.Healthy);

// A request fails only where every endpoint does: with AllEndpointsFailedException, which would have ended this program.
Console.WriteLine($"All {requests} requests were answered.");

async Task AskUntilAsync(Predicate<EndpointSnapshot> isReached)
{
    while (!isReached(ShowState()))
    {
        requests++;
        await foreach (var update in client.GetStreamingResponseAsync("Where is my order?"))
        {
            // The first update says who answers. The rest is the answer, which nobody reads here.
            if (update.GetLlmEndpoint() is { } answering)
            {
                Console.WriteLine($"  request {requests}: answered by {answering.Name}, attempt {answering.AttemptCount}");
            }
        }
    }
}

EndpointSnapshot ShowState()
{
    var endpoint = endpoints.GetSnapshots()[0];
    var state = endpoint.State == EndpointState.Ejected ? $"Ejected for {endpoint.EjectionDuration?.TotalSeconds:0.0} s ({endpoint.EjectionReason})" : $"{endpoint.State}";
    if (state != lastShown)
    {
        Console.WriteLine($"    {endpoint.Name} is {state}");
        lastShown = state;
    }

    return endpoint;
}

static void PointAt(OpenAIEndpointOptions provider, SimulatedOpenAIServer server)
{
    provider.BaseAddress = server.BaseAddress;
    provider.ModelId = "qwen";
    provider.ApiKey = "none";
}
