using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>How servers say that an answer is over, and what it took.</summary>
public class FinishAndUsageTests
{
    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("STOP", "stop")]
    [InlineData("model_length", "length")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("sensitive", "content_filter")]
    [InlineData("content_filter: PROHIBITED_CONTENT", "content_filter")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("eos", "eos")]
    [InlineData("", null)]
    [InlineData("null", null)]
    public async Task A_reason(string wire, string? expected)
    {
        Assert.Equal(expected, (await Wire.RespondAsync(Wire.Completion.Replace("\"stop\"", $"\"{wire}\""))).FinishReason?.Value);
        Assert.Equal(expected, (await Wire.StreamAsync(Wire.Chunk("""{"content":"a"}""", wire)))[0].FinishReason?.Value);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("network_error")]
    [InlineData("insufficient_system_resource")]
    [InlineData("abort")]
    [InlineData("engine_error")]
    [InlineData("MALFORMED_FUNCTION_CALL")]
    public async Task A_reason_that_means_a_failure_is_an_error(string reason)
    {
        var response = await Wire.RespondAsync(Wire.Completion.Replace("\"stop\"", $"\"{reason}\""));
        var update = (await Wire.StreamAsync(Wire.Chunk("{}", reason)))[0];

        Assert.Null(response.FinishReason);
        Assert.Equal(reason, Assert.IsType<ErrorContent>(Assert.Single(response.Messages[0].Contents)).ErrorCode);
        Assert.Null(update.FinishReason);
        Assert.Equal(reason, Assert.IsType<ErrorContent>(Assert.Single(update.Contents)).ErrorCode);
    }

    [Fact]
    public async Task The_error_in_the_choice_says_more_than_its_reason()
    {
        const string Choice = """{"choices":[{"index":0,"message":{"content":""},"delta":{},"finish_reason":"error","native_finish_reason":"x","error":{"code":429,"message":"slow"}}]}""";

        var error = Assert.IsType<ErrorContent>(Assert.Single((await Wire.RespondAsync(Choice)).Messages[0].Contents));

        Assert.Equal(("429", "slow"), (error.ErrorCode, error.Message));
        Assert.Equal("429", Assert.IsType<ErrorContent>(Assert.Single((await Wire.StreamAsync(Choice))[0].Contents)).ErrorCode);
    }

    [Theory]
    [InlineData("totals", 10, 4)]
    [InlineData("increments", 10, 9)]
    [InlineData("increments then the total", 10, 9)]
    [InlineData("with the finish reason", 10, 4)]
    [InlineData("in the choice", 10, 4)]
    [InlineData("in Groq's field", 10, 4)]
    [InlineData("before the end", 10, 4)]
    public async Task Usage_is_told_once(string style, int input, int output)
    {
        string[] events = style switch
        {
            "totals" => [With(10, 1), With(10, 3), With(10, 4, "stop"), Total(10, 4)],
            "increments" => [With(10, 2), With(0, 4), With(0, 3, "stop")],
            "increments then the total" => [With(10, 2), With(0, 4), With(0, 3, "stop"), Total(10, 9)],
            "with the finish reason" => [Wire.Chunk("""{"content":"a"}"""), With(10, 4, "stop")],
            "in the choice" => [Wire.Chunk("{}", "stop").Replace("\"delta\"", $"{Usage(10, 4)},\"delta\"")],
            "in Groq's field" => [Wire.Chunk("{}", "stop").Replace("\"choices\"", $"\"x_groq\":{{{Usage(10, 4)}}},\"choices\"")],
            _ => [Total(10, 0), Wire.Chunk("""{"content":"a"}"""), Total(10, 4), Wire.Chunk("{}", "stop")],
        };

        var updates = await Wire.StreamAsync([.. events, Wire.Done]);

        var usage = Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details;
        Assert.Equal((input, output, input + output), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
    }

    [Theory]
    [InlineData("""{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":3}}""")]
    [InlineData("""{"prompt_tokens":5,"prompt_cache_hit_tokens":3,"prompt_cache_miss_tokens":2}""")]
    [InlineData("""{"prompt_tokens":5,"cached_tokens":3}""")]
    public async Task Cached_tokens(string usage)
        => Assert.Equal(3, (await Wire.RespondAsync($$"""{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{{usage}}}""")).Usage!.CachedInputTokenCount);

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("text/plain", " \n")]
    [InlineData("text/event-stream", "")]
    public async Task One_document_instead_of_a_stream_whatever_it_is_called(string type, string before)
    {
        await using var server = new LoopbackServer((stream, cancellationToken) => LoopbackServer.SendAsync(
            stream, $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\n\r\n{before}{Wire.Completion}", cancellationToken));
        using var client = server.CreateClient();

        Assert.Equal("Hello", (await client.GetStreamingResponseAsync("Hi").ToChatResponseAsync()).Text);
    }

    [Fact]
    public async Task An_array_in_an_event_holds_what_it_is_about()
    {
        var update = Assert.Single(await Wire.StreamAsync("""[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]"""));
        Assert.Equal("503", Assert.IsType<ErrorContent>(Assert.Single(update.Contents)).ErrorCode);
        Assert.Equal("503", Assert.IsType<ErrorContent>(Assert.Single((await Wire.RespondAsync("""[{"error":{"code":503,"message":"m"}}]""")).Messages[0].Contents)).ErrorCode);
    }

    private static string Usage(int input, int output) => $$"""
        "usage":{"prompt_tokens":{{input}},"completion_tokens":{{output}},"total_tokens":{{input + output}}}
        """;

    private static string With(int input, int output, string? reason = null)
        => Wire.Chunk("""{"content":"a"}""", reason).Replace("\"choices\"", $"{Usage(input, output)},\"choices\"");

    private static string Total(int input, int output) => $$"""{"choices":[],{{Usage(input, output)}}}""";
}
