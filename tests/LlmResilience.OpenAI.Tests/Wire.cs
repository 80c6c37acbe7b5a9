using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

/// <summary>Bodies as servers write them, and the request as it went over the wire.</summary>
internal static class Wire
{
    public const string Done = "[DONE]";

    public const string Completion = """{"id":"c1","created":1700000000,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";

    public static string Chunk(string delta, string? finishReason = null)
        => $$"""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]}""";

    public static Task<JsonNode> RequestAsync(ChatOptions? options, params ChatMessage[] messages)
        => RequestAsync(options, streaming: false, messages);

    public static async Task<JsonNode> RequestAsync(ChatOptions? options, bool streaming, params ChatMessage[] messages)
    {
        await using var server = streaming ? LoopbackServer.Events(Chunk("{}", "stop"), Done) : LoopbackServer.Json(Completion);
        using var client = server.CreateClient();
        messages = messages.Length > 0 ? messages : [new ChatMessage(ChatRole.User, "Hi")];
        if (streaming)
        {
            await client.GetStreamingResponseAsync(messages, options).ToListAsync();
        }
        else
        {
            await client.GetResponseAsync(messages, options);
        }

        return JsonNode.Parse(Assert.Single(server.Requests).Body)!;
    }

    public static async Task<List<ChatResponseUpdate>> StreamAsync(params string[] events)
    {
        await using var server = LoopbackServer.Events(events);
        using var client = server.CreateClient();
        return await client.GetStreamingResponseAsync("Hi").ToListAsync();
    }

    public static async Task<ChatResponse> RespondAsync(string body)
    {
        await using var server = LoopbackServer.Json(body);
        using var client = server.CreateClient();
        return await client.GetResponseAsync("Hi");
    }

    public static void AssertJson(string expected, JsonNode? actual)
        => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected} but got {actual?.ToJsonString()}");
}
