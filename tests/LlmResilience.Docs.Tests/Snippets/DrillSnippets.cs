using LlmResilience.OpenAI;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>The snippets of docs/drills.md and docs/dialects.md, as methods that tests call.</summary>
internal static class DrillSnippets
{
    public static async Task<string> OverTheWire()
    {
        #region drill-server
        await using var primary = await SimulatedOpenAIServer.StartAsync();
        await using var backup = await SimulatedOpenAIServer.StartAsync();
        using var client = new LlmResilienceBuilder()
            .AddOpenAIEndpoint("primary", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (primary.BaseAddress, "none", "any"))
            .AddOpenAIEndpoint("backup", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (backup.BaseAddress, "none", "any"))
            .Build();

        primary.Faults.Always(SimulatedFault.ConnectionRefused()); // the outage
        var during = await client.GetResponseAsync("Say something nice.");
        Console.WriteLine($"{during.GetLlmEndpoint()?.Name} answered: {during.Text}");

        primary.Faults.Clear(); // and its end
        #endregion
        return during.GetLlmEndpoint()!.Name;
    }

    public static async Task<string> Dialect()
    {
        #region drill-dialect
        var dialect = SimulatedOpenAIDialect.DeepSeek();
        dialect.ToolCalls = [new("call_1", "weather", "{\"city\":\"Rome\"}")];
        await using var server = await SimulatedOpenAIServer.StartAsync(new() { Dialect = dialect, ReasoningTokenCount = 5 });
        #endregion
        using var client = new LlmResilienceBuilder()
            .AddOpenAIEndpoint("only", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "none", "any"))
            .Build();
        List<ChatMessage> conversation = [new(ChatRole.User, "How is the weather in Rome?")];
        conversation.AddRange((await client.GetResponseAsync(conversation)).Messages);
        conversation.Add(new(ChatRole.Tool, [new FunctionResultContent("call_1", "sunny")]));
        return (await client.GetResponseAsync(conversation)).Text;
    }

    public static async Task<ChatResponse> InMemory(TimeProvider time)
    {
        #region drill-memory
        using var primary = new FaultyChatClient("The answer of the primary.", time);
        using var backup = new FaultyChatClient("The answer of the backup.", time);
        using var client = primary.WithLlmResilience(llm => llm.AddEndpoint("backup", backup));

        primary.Faults.Next(2, SimulatedFault.Status(503));                         // the next two requests: a failure and its retry
        var response = await client.GetResponseAsync("Say something nice.");        // ... so this one falls back
        primary.Faults.WithProbability(0.1, SimulatedFault.CutAfter(2), seed: 42);  // then one in ten, the same ones in every run
        #endregion
        return response;
    }

    public static void AroundYourOwn(LlmResilienceBuilder llm, IChatClient yourClient)
    {
        #region drill-own
        var drill = new FaultyChatClient(yourClient);
        llm.AddEndpoint("self-hosted", drill);

        drill.Faults.WithProbability(0.2, SimulatedFault.Silence(), seed: 1); // one request in five hangs until its timeout
        #endregion
    }
}
