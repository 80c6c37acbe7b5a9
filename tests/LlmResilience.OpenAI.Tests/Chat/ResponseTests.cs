using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace LlmResilience.OpenAI.Tests;

public class ResponseTests
{
    [Fact]
    public async Task Everything_a_response_says()
    {
        var response = await Wire.RespondAsync("""
            {"id":"c1","object":"chat.completion","created":1700000000,"model":"m-1","choices":[{"index":0,"finish_reason":"stop",
             "message":{"role":"assistant","content":"Hello","reasoning_content":"Hm","refusal":null,"tool_calls":null}}],
             "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,
              "prompt_tokens_details":{"cached_tokens":1},"completion_tokens_details":{"reasoning_tokens":2}}}
            """);

        Assert.Equal("c1", response.ResponseId);
        Assert.Equal("m-1", response.ModelId);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), response.CreatedAt);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        var message = Assert.Single(response.Messages);
        Assert.Equal(ChatRole.Assistant, message.Role);
        Assert.Equal("Hello", response.Text);
        Assert.Equal("Hm", Assert.IsType<TextReasoningContent>(message.Contents[0]).Text);
        var usage = response.Usage!;
        Assert.Equal((3, 4, 7, 1, 2), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
#pragma warning disable OPENAI001 // The SDK's own conversion, for apps that want its object.
        Assert.Equal("Hello", ((ChatCompletion)Assert.IsType<ClientResult>(response.RawRepresentation, exactMatch: false)).Content[0].Text);
#pragma warning restore OPENAI001
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("length", "length")]
    [InlineData("tool_calls", "tool_calls")]
    [InlineData("function_call", "tool_calls")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("end_turn", "end_turn")]
    public async Task Finish_reasons(string wire, string expected)
        => Assert.Equal(expected, (await Wire.RespondAsync(Wire.Completion.Replace("\"stop\"", $"\"{wire}\""))).FinishReason?.Value);

    [Theory]
    [InlineData("""{"error":{"message":"boom","type":"server_error","code":"overloaded"}}""", "overloaded")]
    [InlineData("""{"error":{"message":"boom","type":"server_error","code":null}}""", "server_error")]
    [InlineData("""{"object":"error","message":"boom","type":"BadRequestError","code":400}""", "400")]
    [InlineData("""{"error":"boom"}""", "error")]
    public async Task An_error_in_a_response_of_status_200(string body, string code)
    {
        var response = await Wire.RespondAsync(body);

        var error = Assert.IsType<ErrorContent>(Assert.Single(Assert.Single(response.Messages).Contents));
        Assert.Equal((code, "boom"), (error.ErrorCode, error.Message));
        Assert.Null(response.FinishReason);
    }

    [Fact]
    public async Task Tool_calls_and_refusals()
    {
        var response = await Wire.RespondAsync("""
            {"choices":[{"message":{"content":null,"refusal":"No.","tool_calls":[
             {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
             {"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]},"finish_reason":"tool_calls"}]}
            """);

        var contents = Assert.Single(response.Messages).Contents;
        var first = Assert.IsType<FunctionCallContent>(contents[0]);
        Assert.Equal(("a", "f", "1"), (first.CallId, first.Name, first.Arguments!["x"]!.ToString()));
        Assert.NotNull(Assert.IsType<FunctionCallContent>(contents[1]).Exception);
        Assert.Equal(("Refusal", "No."), (Assert.IsType<ErrorContent>(contents[2]).ErrorCode, ((ErrorContent)contents[2]).Message));
    }

    [Theory]
    [InlineData("<html>gateway</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"choices":[{"mess""")]
    public async Task What_is_not_a_response_is_a_json_error(string body)
        => await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => Wire.RespondAsync(body));

    [Theory]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":null,"usage":{"prompt_tokens":null},"created":1.5e300,"id":1}""")]
    [InlineData("""{"choices":[{"message":{"role":"","content":null},"finish_reason":null}]}""")]
    public async Task What_is_missing_is_not_there(string body)
    {
        var response = await Wire.RespondAsync(body);

        Assert.Empty(Assert.Single(response.Messages).Contents);
        Assert.Null(response.FinishReason);
    }
}
