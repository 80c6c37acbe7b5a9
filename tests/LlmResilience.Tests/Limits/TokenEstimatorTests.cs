using System.Text.Json;
using LlmResilience.Limits;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Limits;

/// <summary>A quarter of the bytes of all that is sent.</summary>
public sealed class TokenEstimatorTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("a", 1)]
    [InlineData("four", 1)]
    [InlineData("five5", 2)]
    [InlineData("你好世界", 3)]
    public void Text_is_a_token_for_four_bytes_and_at_least_one(string text, int tokens) => Assert.Equal(tokens, Estimate(new TextContent(text)));

    [Fact]
    public void All_messages_and_contents_count()
        => Assert.Equal(10, TokenEstimator.Estimate(
            [new(ChatRole.System, Text(12)), new(ChatRole.User, [new TextContent(Text(8)), new TextContent(Text(20))]), null!], options: null));

    [Fact]
    public void Media_and_files_are_a_thousand_tokens_each()
        => Assert.Equal(3000, Estimate(
            new DataContent(new byte[] { 1 }, "image/png"), new UriContent("https://x.test/1.png", "image/png"), new HostedFileContent("file-1")));

    [Fact]
    public void A_text_file_counts_as_its_text() => Assert.Equal(25, Estimate(new DataContent(new byte[100], "text/plain")));

    [Fact]
    public void Reasoning_calls_and_their_results_count()
    {
        Assert.Equal(5, Estimate(new TextReasoningContent(Text(20)) { ProtectedData = Text(4000) }));
        Assert.Equal(10, Estimate(new FunctionCallContent("id", Text(8), new Dictionary<string, object?> { [Text(4)] = Text(12), [Text(5)] = Json(Text(9)) })));
        Assert.Equal(6, Estimate(new FunctionCallContent("id", Text(8), new SortedList<string, object?> { [Text(4)] = Text(12) })));
        Assert.Equal(5, Estimate(new FunctionResultContent("id", Text(20))));
        Assert.Equal(6, Estimate(new FunctionResultContent("id", Json(Text(22)))));
        Assert.Equal(5, Estimate(new FunctionResultContent("id", new List<AIContent> { new TextContent(Text(20)) })));
    }

    [Fact]
    public void Instructions_tools_and_the_answers_schema_count()
    {
        var tool = AIFunctionFactory.CreateDeclaration(Text(4), Text(16), Json(Text(18)));

        Assert.Equal(1 + 10, TokenEstimator.Estimate([new(ChatRole.User, "four")], new ChatOptions { Tools = [tool] }));
        Assert.Equal(1 + 5, TokenEstimator.Estimate([new(ChatRole.User, "four")], new ChatOptions { Instructions = Text(20) }));
        Assert.Equal(1 + 5, TokenEstimator.Estimate(
            [new(ChatRole.User, "four")], new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Json(Text(18))) }));
    }

    [Fact]
    public void An_estimate_costs_no_bytes()
    {
        List<ChatMessage> messages =
        [
            new(ChatRole.User, "hi"),
            new(ChatRole.Assistant, [new FunctionCallContent("id", "f", new Dictionary<string, object?> { ["a"] = Json("text") })]),
            new(ChatRole.Tool, [new FunctionResultContent("id", Json("text"))]),
        ];
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("f", "does it", Json("text"))] };
        TokenEstimator.Estimate(messages, options);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            TokenEstimator.Estimate(messages, options);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Estimate(params AIContent[] contents) => TokenEstimator.Estimate([new(ChatRole.User, contents)], options: null);

    private static string Text(int length) => new('x', length);

    // Two quotation marks more than its text.
    private static JsonElement Json(string text) => JsonDocument.Parse($"\"{text}\"").RootElement;
}
