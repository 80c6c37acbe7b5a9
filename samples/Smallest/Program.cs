using LlmResilience;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

// Stands for a provider, so that this program runs without one.
await using var server = await SimulatedOpenAIServer.StartAsync();

var services = new ServiceCollection();
services.AddLlmResilience(llm => llm
    .AddOpenAIEndpoint("self-hosted", provider => // nobody listens there: this endpoint is down
    {
        provider.BaseAddress = new Uri("http://127.0.0.1:9/v1");
        provider.ModelId = "qwen";
        provider.ApiKey = "none";
    }, endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(10))
    .AddOpenAIEndpoint("hosted", provider =>
    {
        provider.BaseAddress = server.BaseAddress;
        provider.ModelId = "qwen";
        provider.ApiKey = "none";
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
