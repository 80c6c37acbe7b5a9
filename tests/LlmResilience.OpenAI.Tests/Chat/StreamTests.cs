using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace LlmResilience.OpenAI.Tests;

public class StreamTests
{
    private const string Usage = """{"id":"c1","model":"m-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"completion_tokens_details":{"reasoning_tokens":2}}}""";

    [Fact]
    public async Task Everything_a_stream_says()
    {
        var updates = await Wire.StreamAsync(
            Wire.Chunk("""{"role":"assistant","content":""}"""), Wire.Chunk("""{"reasoning_content":"Hm"}"""), Wire.Chunk("""{"content":"Hel"}"""),
            Wire.Chunk("""{"content":"lo"}"""), Wire.Chunk("{}", "stop"), Usage, Wire.Done);

        Assert.Equal(6, updates.Count);
        Assert.All(updates, u => Assert.Equal(("c1", "c1", "m-1"), (u.ResponseId, u.MessageId, u.ModelId)));
        Assert.Empty(updates[0].Contents);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), updates[0].CreatedAt);
        Assert.Equal("Hm", Assert.IsType<TextReasoningContent>(Assert.Single(updates[1].Contents)).Text);
        Assert.Equal([null, null, null, null, ChatFinishReason.Stop, null], updates.Select(u => u.FinishReason));
        Assert.Equal(2, Assert.IsType<UsageContent>(Assert.Single(updates[5].Contents)).Details.ReasoningTokenCount);

        var response = updates.ToChatResponse();
        Assert.Equal("Hello", response.Text);
        Assert.Single(response.Messages);
        Assert.Equal(7, response.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task The_event_can_be_read_with_the_SDK()
    {
        var update = (await Wire.StreamAsync(Wire.Chunk("""{"content":"Hello"}""")))[0];
        var raw = ModelReaderWriter.Read<StreamingChatCompletionUpdate>(Assert.IsType<BinaryData>(update.RawRepresentation));
        Assert.Equal("Hello", raw!.ContentUpdate[0].Text);
    }

    [Theory]
    [InlineData("""{"reasoning_content":"Hm"}""")]
    [InlineData("""{"reasoning":"Hm"}""")]
    [InlineData("""{"reasoning":"Hm","reasoning_content":"Hm"}""")]
    [InlineData("""{"content":null,"reasoning":"Hm","reasoning_details":[{}]}""")]
    public async Task Reasoning_has_two_names(string delta)
    {
        var update = (await Wire.StreamAsync(Wire.Chunk(delta)))[0];
        Assert.Equal("Hm", Assert.IsType<TextReasoningContent>(Assert.Single(update.Contents)).Text);
    }

    [Fact]
    public async Task The_end_without_a_finish_reason_is_just_the_end()
    {
        var updates = await Wire.StreamAsync(Wire.Chunk("""{"content":"a"}"""));
        Assert.Null(Assert.Single(updates).FinishReason);
    }

    [Fact]
    public async Task A_stream_cut_in_its_chunked_encoding_fails()
    {
        await using var server = new LoopbackServer((stream, cancellationToken) => LoopbackServer.SendAsync(
            stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: {}\n\r\n", cancellationToken));
        using var client = server.CreateClient();
        await Assert.ThrowsAnyAsync<IOException>(async () => await client.GetStreamingResponseAsync("Hi").ToListAsync());
    }

    [Fact]
    public async Task A_malformed_event_fails_after_what_came_before()
    {
        await using var server = LoopbackServer.Events(Wire.Chunk("""{"content":"a"}"""), "{bad");
        using var client = server.CreateClient();
        await using var updates = client.GetStreamingResponseAsync("Hi").GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync());
        await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(async () => await updates.MoveNextAsync());
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"boom\",\"type\":\"t\",\"code\":\"c\"}}\n\n", "c")]
    [InlineData("data: {\"error\":{\"message\":\"boom\",\"type\":\"t\",\"code\":500}}\n\n", "500")]
    [InlineData("event: error\ndata: {\"message\":\"boom\",\"code\":\"c\"}\n\n", "c")]
    [InlineData("event: error\ndata: {}\n\n", "error")]
    [InlineData("data: {\"object\":\"error\",\"message\":\"boom\",\"type\":\"BadRequestError\",\"code\":400}\n\n", "400")]
    [InlineData("data: {\"error\":{\"message\":\"boom\",\"code\":502},\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n", "502")]
    [InlineData("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"insufficient_system_resource\"}]}\n\n", "insufficient_system_resource")]
    public async Task An_error_inside_a_stream(string body, string code)
    {
        await using var server = LoopbackServer.Stream(body + "data: [DONE]\n\n");
        using var client = server.CreateClient();

        var update = Assert.Single(await client.GetStreamingResponseAsync("Hi").ToListAsync());

        Assert.Equal(code, Assert.IsType<ErrorContent>(Assert.Single(update.Contents)).ErrorCode);
        Assert.Null(update.FinishReason);
    }

    [Theory]
    [InlineData("""{"choices":null}""")]
    [InlineData("""{"choices":[{"delta":null,"finish_reason":""}],"created":null,"id":null}""")]
    [InlineData("""{"choices":[{"delta":{"role":"","tool_calls":null,"refusal":null}}],"created":1.5}""")]
    [InlineData("""{"choices":[{"index":1,"delta":{"content":"another choice"}}]}""")]
    [InlineData("""{"error":null,"choices":[{"delta":{}}]}""")]
    public async Task What_is_missing_is_not_there(string data)
    {
        var update = Assert.Single(await Wire.StreamAsync(data, Wire.Done));
        Assert.Empty(update.Contents);
        Assert.Null(update.FinishReason);
    }

    [Fact]
    public async Task Comments_and_empty_events_are_skipped()
    {
        await using var server = LoopbackServer.Stream($": keep-alive\n\ndata:\n\ndata: {Wire.Chunk("""{"content":"a"}""", "stop")}\n\ndata: [DONE]\n\ndata: {{bad\n\n");
        using var client = server.CreateClient();
        Assert.Equal("a", Assert.Single(await client.GetStreamingResponseAsync("Hi").ToListAsync()).Text);
    }

    [Fact]
    public async Task Usage_in_every_event_is_counted_once()
    {
        var counted = Wire.Chunk("""{"content":"a"}""").Replace("\"choices\"", "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1},\"choices\"");
        var response = (await Wire.StreamAsync(counted, counted, Wire.Chunk("{}", "stop"), Wire.Done)).ToChatResponse();
        Assert.Equal((3, 1, 4), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
    }

    [Theory]
    [InlineData(Wire.Completion, "Hello", null)]
    [InlineData("""{"error":{"code":"c"}}""", "", "c")]
    public async Task A_server_that_answers_with_one_document(string body, string text, string? error)
    {
        await using var server = LoopbackServer.Json(body);
        using var client = server.CreateClient();
        var response = await client.GetStreamingResponseAsync("Hi").ToChatResponseAsync();
        Assert.Equal(text, response.Text);
        Assert.Equal(error, response.Messages[0].Contents.OfType<ErrorContent>().SingleOrDefault()?.ErrorCode);
    }
}
