// The operator's view: how every endpoint is doing while requests flow, events, and the three verbs, Drain, Restore and Eject. They belong behind
// an admin page or a console of yours; in ASP.NET Core, with authorization in front:
//   app.MapGet("/endpoints", (LlmEndpoints endpoints) => endpoints.GetSnapshots());
//   app.MapPost("/endpoints/{name}/drain", (string name, LlmEndpoints endpoints) => endpoints.Drain(name));
using LlmResilience;
using LlmResilience.OpenAI;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;

await using var ours = await SimulatedOpenAIServer.StartAsync();
await using var theirs = await SimulatedOpenAIServer.StartAsync();

var builder = new LlmResilienceBuilder()
    // An ejection of one second is for the sake of a short show; the default is ten.
    .AddOpenAIEndpoint("self-hosted", provider => PointAt(provider, ours), endpoint => endpoint.Ejection.BaseEjectionTime = TimeSpan.FromSeconds(1))
    .AddOpenAIEndpoint("hosted", provider => PointAt(provider, theirs));
builder.Events.OnEndpointStateChanged = change => Console.WriteLine($"  event: {change.EndpointName} was {change.PreviousState}, is {change.State}");
using var client = builder.Build();
var endpoints = client.GetRequiredService<LlmEndpoints>();

using var closingTime = new CancellationTokenSource();
var users = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskAgainAndAgainAsync()));

await WatchUntilAsync("Requests flow.", endpoint => endpoint.SampleCount >= 5);

endpoints.Drain("self-hosted");
await WatchUntilAsync("Drain: no new request goes there. With nothing in flight, the server can be stopped.", endpoint => endpoint.ActiveAttempts == 0);

endpoints.Restore("self-hosted");
await WatchUntilAsync("Restore: it is back at once, with a clean record.", endpoint => endpoint.ActiveAttempts > 0);

endpoints.Eject("self-hosted");
await WatchUntilAsync("Eject: out as after failures of its own. It comes back by itself: time, probe, ramp.", endpoint => endpoint.State == EndpointState.Ramping);

endpoints.Restore("self-hosted");
await WatchUntilAsync("Restore also ends an ejection or a ramp.", endpoint => endpoint.State == EndpointState.Healthy);

await closingTime.CancelAsync();
await users;

async Task AskAgainAndAgainAsync()
{
    try
    {
        while (true)
        {
            await client.GetStreamingResponseAsync("Where is my order?", cancellationToken: closingTime.Token).ToChatResponseAsync();
        }
    }
    catch (OperationCanceledException) when (closingTime.IsCancellationRequested)
    {
        // Users who leave have their answer cancelled, which counts against nobody.
    }
}

// Prints a line for each endpoint, twice a second, until the first endpoint is where it should be.
async Task WatchUntilAsync(string title, Predicate<EndpointSnapshot> isReached)
{
    Console.WriteLine($"{title}\n  endpoint     state    in flight  samples  failed  first token  share");
    IReadOnlyList<EndpointSnapshot> now;
    do
    {
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        now = endpoints.GetSnapshots();
        foreach (var endpoint in now)
        {
            Console.WriteLine($"  {endpoint.Name,-12} {endpoint.State,-8} {endpoint.ActiveAttempts,9} {endpoint.SampleCount,8} {endpoint.FailureRatio,7:P0} {endpoint.AverageTimeToFirstToken?.TotalMilliseconds,9:0} ms {endpoint.AdmittedRatio,6:P0}");
        }
    }
    while (!isReached(now[0]));
}

static void PointAt(OpenAIEndpointOptions provider, SimulatedOpenAIServer server)
{
    provider.BaseAddress = server.BaseAddress;
    provider.ModelId = "qwen";
    provider.ApiKey = "none";
}
