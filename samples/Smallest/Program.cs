using LlmResilience;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

// Stands for a provider, so that this program runs without one.
await using var provider = await SimulatedLlmServer.StartAsync();

var services = new ServiceCollection();
services.AddLlmResilience(llm => llm
    .AddOpenAIEndpoint("self-hosted", openAI => // nobody listens there: this endpoint is down
    {
        openAI.Endpoint = new Uri("http://127.0.0.1:9/v1");
        openAI.Model = "qwen";
        openAI.ApiKey = "none";
    }, endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(2))
    .AddOpenAIEndpoint("hosted", openAI =>
    {
        openAI.Endpoint = provider.BaseAddress;
        openAI.Model = "qwen";
        openAI.ApiKey = "none";
    }));

await using var app = services.BuildServiceProvider();
var client = app.GetRequiredService<IChatClient>();
await foreach (var update in client.GetStreamingResponseAsync("Hello!"))
{
    if (update.GetLlmEndpoint() is { } answering)
    {
        Console.WriteLine($"[{answering.Name}, attempt {answering.AttemptCount}]");
    }

    Console.Write(update.Text);
}

Console.WriteLine();
