using System.ClientModel;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using LlmResilience.Testing;
using OpenAI;
using OpenAI.Chat;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>Answers that go well, through OpenAI's SDK, curl and a bare socket.</summary>
public sealed class StreamingTests
{
    [Fact]
    public async Task OpenAIs_client_streams_every_token_once_and_in_order()
    {
        await using var provider = await SimulatedOpenAIServer.StartAsync(new() { ReasoningTokenCount = 5, TokensPerAnswerJitterRatio = 0 });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.BaseAddress);
        var expected = await new ChatClient("m", new ApiKeyCredential("any"), new OpenAIClientOptions() { Endpoint = provider.BaseAddress }).CompleteChatAsync("Hi");

        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in gateway.CreateSdkClient().CompleteChatStreamingAsync("Hi"))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            reason ??= update.FinishReason;
            usage ??= update.Usage;
        }

        Assert.Equal(expected.Value.Content[0].Text, text.ToString());
        Assert.Equal(ChatFinishReason.Stop, reason);
        Assert.Equal(expected.Value.Usage.TotalTokenCount, usage!.TotalTokenCount);
    }

    [Fact]
    public async Task OpenAIs_client_gets_a_whole_answer()
    {
        await using var provider = await SimulatedOpenAIServer.StartAsync();
        await using var gateway = await RunningGateway.ForProviderAsync(provider.BaseAddress);

        var answer = await gateway.CreateSdkClient().CompleteChatAsync("Hi");

        Assert.NotEmpty(answer.Value.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.Value.FinishReason);
        Assert.True(answer.GetRawResponse().Headers.TryGetValue("x-llm-endpoint", out var endpoint));
        Assert.Equal("m", endpoint);
    }

    [Fact]
    public async Task Curl_sees_events_up_to_the_end()
    {
        await using var provider = Events(Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"Hello"}"""), Chunk("{}", "\"stop\""), "[DONE]");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        var (exitCode, output) = await Curl.RunAsync(
            "-sN", $"{gateway.Address}v1/chat/completions", "-d", """{"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(0, exitCode);
        var events = await ServerEvents.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(output)));
        Assert.Equal(("Hello", "stop", true), (events.Content, events.FinishReason, events.IsDone));
    }

    [Fact]
    public async Task A_bare_socket_gets_each_token_when_the_provider_sends_it()
    {
        var next = new SemaphoreSlim(0);
        await using var provider = new ScriptedProvider(async (_, stream) =>
        {
            await SendEventsAsync(stream, Chunk("""{"content":"one"}"""));
            await next.WaitAsync();
            await SendAsync(stream, $"data: {Chunk("""{"content":"two"}""")}\n\n");
            await next.WaitAsync();
            await SendAsync(stream, $"data: {Chunk("{}", "\"stop\"")}\n\ndata: [DONE]\n\n");
        });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        const string Body = """{"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
        await using var socket = client.GetStream();
        await SendAsync(socket, $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await ReadUntilAsync(socket, "one"), StringComparison.Ordinal);
        next.Release();
        await ReadUntilAsync(socket, "two");
        next.Release();
        Assert.EndsWith("0\r\n\r\n", await ReadUntilAsync(socket, "[DONE]\n\n\r\n0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_usage_comes_only_if_asked_for_and_as_the_provider_counted(bool include)
    {
        await using var provider = Events(
            Chunk("""{"content":"Hi"}""", "\"stop\""), """{"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"cost":0.1}}""", "[DONE]");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true, more: include ? """ "stream_options":{"include_usage":true}, """ : "");

        var events = await ServerEvents.ReadAsync(response);
        Assert.True(events.IsDone);
        Assert.True(JsonNode.DeepEquals(
            include ? JsonNode.Parse("""{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"cost":0.1}""") : null, events.Usage));
    }

    [Fact]
    public async Task An_answer_that_a_filter_stops_ends_as_OpenAI_ends_it()
    {
        await using var provider = Events(
            Chunk("""{"content":"Once"}"""), """{"error":{"message":"The response was filtered.","code":"content_filter"}}""");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true);

        var events = await ServerEvents.ReadAsync(response);
        Assert.Null(events.Error);
        Assert.Equal(("Once", "content_filter", true), (events.Content, events.FinishReason, events.IsDone));
    }

    [Theory]
    [InlineData("This model's maximum context length is 8192 tokens.", "context_length_exceeded", "invalid_request_error")]
    [InlineData("No.", "stream_interrupted", "server_error")]
    public async Task What_breaks_an_answer_is_told_by_its_kind(string message, string code, string type)
    {
        await using var provider = Events(Chunk("""{"content":"Once"}"""), $$$"""{"error":{"message":"{{{message}}}"}}""");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true);

        var events = await ServerEvents.ReadAsync(response);
        Assert.Equal((code, type, message), ((string?)events.Error!["code"], (string?)events.Error["type"], (string?)events.Error["message"]));
        Assert.Equal(("Once", "error", false), (events.Content, events.FinishReason, events.IsDone));
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_told_from_one_that_was_cut()
    {
        await using var provider = new ScriptedProvider(async (_, stream) =>
        {
            await SendEventsAsync(stream, Chunk("""{"content":"Once"}"""));
            await WaitForCloseAsync(stream);
        });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address, ErrorTests.Limits(1000));

        using var response = await gateway.AskAsync(stream: true);

        Assert.Equal("stream_stalled", (string?)(await ServerEvents.ReadAsync(response)).Error!["code"]);
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string text)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (!received.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer);
            Assert.NotEqual(0, count);
            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return received.ToString();
    }
}
