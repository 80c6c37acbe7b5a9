using System.Text.Json;
using System.Text.Json.Nodes;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests.Chat;

/// <summary>Thinking goes back as it was signed, and that of others does not.</summary>
public class ReasoningRoundTripTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signed_thinking_goes_back_before_the_tool_calls_after_the_app_has_stored_it(bool streaming)
    {
        await using var server = await Clients.StartAsync(answer: new() { Thinking = "let me see", Text = "", ToolCalls = [new("t1", "f", """{"x":1}""")] });
        using var client = server.CreateClient();
        var answer = await client.AskAsync(streaming);

        var stored = JsonSerializer.Serialize(answer.Messages, AIJsonUtilities.DefaultOptions);
        await client.GetResponseAsync(
        [
            new(ChatRole.User, "hi"), .. JsonSerializer.Deserialize<List<ChatMessage>>(stored, AIJsonUtilities.DefaultOptions)!,
            new(ChatRole.Tool, [new FunctionResultContent("t1", "R")]),
        ]);

        var sent = JsonNode.Parse(server.Requests[^1].Body)!["messages"]![1]!["content"]!;
        Assert.Equal(["thinking", "tool_use"], sent.AsArray().Select(block => (string?)block!["type"]));
        Assert.Equal(("let me see", "c2lnbmVk"), ((string?)sent[0]!["thinking"], (string?)sent[0]!["signature"]));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "")]
    [InlineData(true, "llmresilience.openai:{\"reasoning\":\"reasoning_content\"}")]
    public async Task Reasoning_that_nobody_signed_is_left_out_and_the_apps_messages_stay_as_they_are(bool streaming, string? data)
    {
        await using var server = await Clients.StartAsync();
        using var client = server.CreateClient();
        var answer = new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("Hm") { ProtectedData = data }, new TextContent("Hello")]);
        ChatMessage[] messages = [new(ChatRole.User, "Hi"), answer, new(ChatRole.User, "And?")];

        _ = streaming ? await client.GetStreamingResponseAsync(messages).ToChatResponseAsync() : await client.GetResponseAsync(messages);

        var sent = JsonNode.Parse(server.Requests[^1].Body)!["messages"]![1]!["content"]!;
        Assert.Equal("""[{"type":"text","text":"Hello"}]""", sent.ToJsonString());
        Assert.Equal(2, answer.Contents.Count);
    }

    [Theory]
    [InlineData("pause_turn", "pause_turn")]
    [InlineData("refusal", "content_filter")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("of_tomorrow", "of_tomorrow")]
    public async Task Why_the_model_stopped(string reason, string expected)
    {
        await using var server = await Clients.StartAsync(answer: new() { Text = "Hello", StopReason = reason });
        using var client = server.CreateClient();

        Assert.Equal(expected, (await client.AskAsync(streaming: false)).FinishReason?.Value);
        Assert.Equal(expected, (await client.AskAsync(streaming: true)).FinishReason?.Value);
    }
}
