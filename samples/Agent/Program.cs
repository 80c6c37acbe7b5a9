// An agent: a loop that calls the model, runs the tools it asks for and sends the results back, until there is an answer. In the middle
// of it the first provider goes down: that one round falls back, and no tool runs twice.
using System.Runtime.CompilerServices;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;

// Two clients in memory stand for two providers; the first one's calls fail when we say so.
var primary = new FaultyChatClient(new ScriptedModel());
using var resilient = primary.WithLlmResilience(llm => llm.AddEndpoint("backup", new ScriptedModel()));

// The loop stands over the resilient client, not inside an endpoint: each round is a request of its own, which any endpoint may answer,
// and one that fails is repeated alone. Inside an endpoint the whole loop would be one attempt, and a fallback would run every tool again.
// UseFunctionInvocation() of Microsoft.Extensions.AI belongs in the same place: resilient.AsBuilder().UseFunctionInvocation().Build().
using var agent = new ToolLoop(resilient);
var tools = new ChatOptions { Tools = [AIFunctionFactory.Create(FindParcel, "FindParcel"), AIFunctionFactory.Create(() => "It is with your neighbour.", "TrackParcel")] };
await foreach (var update in agent.GetStreamingResponseAsync("Where is my order?", tools))
{
    // The first update of each round says who answers it.
    var round = update.GetLlmEndpoint() is { } answering ? $"[{answering.Name}, attempt {answering.AttemptCount}]" : "";
    Console.WriteLine($"{round} {(update.Contents[0] is FunctionCallContent call ? $"calls {call.Name}" : update.Text)}");
}

string FindParcel()
{
    Console.WriteLine("  FindParcel runs. Meanwhile the first provider goes down for two calls.");
    primary.Faults.Next(2, SimulatedFault.ConnectionRefused());
    return "Parcel 1017.";
}

internal sealed class ToolLoop(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    private const int MaxRounds = 10;

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<ChatMessage> conversation = [.. messages];
        for (var round = 1; round <= MaxRounds; round++)
        {
            List<ChatResponseUpdate> updates = [];
            await foreach (var update in base.GetStreamingResponseAsync(conversation, options, cancellationToken))
            {
                updates.Add(update);
                yield return update;
            }

            conversation.AddMessages(updates);
            var calls = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
            {
                yield break;
            }

            foreach (var call in calls)
            {
                // A model may ask for a tool that does not exist. Told so, it can do better in the next round.
                var tool = options?.Tools?.OfType<AIFunction>().FirstOrDefault(tool => tool.Name == call.Name);
                var result = tool is null ? "There is no such tool." : await tool.InvokeAsync(new(call.Arguments), cancellationToken);
                conversation.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
            }
        }

        throw new InvalidOperationException($"The model still asks for tools after {MaxRounds} rounds.");
    }
}

/// <summary>Stands for a model that asks for one tool, then for the other, and then answers.</summary>
internal sealed class ScriptedModel() : DelegatingChatClient(new FaultyChatClient())
{
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // As with a real model, all it knows is in the conversation; so any endpoint can go on with it.
        var results = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(content => $"{content.Result}").ToList();
        AIContent next = results.Count < 2 ? new FunctionCallContent($"call-{results.Count}", results.Count == 0 ? "FindParcel" : "TrackParcel") : new TextContent(string.Join(" ", results));
        return new[] { new ChatResponseUpdate(ChatRole.Assistant, [next]) { FinishReason = results.Count < 2 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop } }.ToAsyncEnumerable();
    }
}
