using Anthropic.Exceptions;
using LlmResilience.Tests;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests.Chat;

/// <summary>Servers that never end, against the real bounds: the app gets a verdict, and the server is cut.</summary>
public class BoundsTests
{
    private const long Slack = 16 << 20;

    private const string Text = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}


        """;

    [Theory]
    [InlineData("text/event-stream", "", ": keep-alive, keep-alive, keep-alive, keep-alive, keep-alive, keep-alive\n\n", 64)]
    [InlineData("text/event-stream", "data: {\"id\":\"", "xxxxxxxx", 16)]
    [InlineData("text/event-stream", "", "data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 64)]
    public async Task A_stream_that_never_gets_to_its_first_token(string type, string start, string piece, int bound)
    {
        await using var server = new EndlessServer(type, start, piece);
        using var client = CreateClient(server);

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(async () => await client.GetStreamingResponseAsync("Hi").ToListAsync());

        Assert.Equal(FailureKind.InvalidResponse, Assert.Single(exception.Attempts).Kind);
        Assert.InRange(server.Sent, 0, ((long)bound << 20) + Slack);
    }

    [Theory]
    [InlineData("data: {\"id\":\"", "xxxxxxxx")]
    [InlineData("", ": keep-alive, keep-alive, keep-alive, keep-alive, keep-alive, keep-alive\n\n")]
    public async Task A_stream_that_goes_on_without_end_after_its_first_token(string start, string piece)
    {
        await using var server = new EndlessServer("text/event-stream", Text + start, piece);
        using var client = CreateClient(server);

        var exception = await Assert.ThrowsAsync<StreamInterruptedException>(async () => await client.GetStreamingResponseAsync("Hi").ToListAsync());

        Assert.Equal("a", exception.PartialText);
    }

    [Fact]
    public async Task A_whole_answer_without_end()
    {
        await using var server = new EndlessServer("application/json", "{\"id\":\"", "xxxxxxxx");
        using var client = CreateClient(server);

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.GetResponseAsync("Hi"));

        Assert.Equal(FailureKind.InvalidResponse, Assert.Single(exception.Attempts).Kind);
        Assert.InRange(server.Sent, 0, (64L << 20) + Slack);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_without_end(bool streaming)
    {
        await using var server = new EndlessServer("application/json", "{\"error\":{\"message\":\"", "xxxxxxxx", status: 500);
        using var client = CreateClient(server);

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.AskAsync(streaming));

        Assert.Equal(FailureKind.InvalidResponse, Assert.Single(exception.Attempts).Kind);
        Assert.InRange(server.Sent, 0, Slack);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_without_end_is_the_requests_own_fault_as_its_status_says(bool streaming)
    {
        await using var server = new EndlessServer("application/json", "{\"detail\":[{\"input\":\"", "xxxxxxxx", status: 422);
        using var client = CreateClient(server);

        Assert.Equal(422, (int)(await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.AskAsync(streaming))).StatusCode);
        Assert.InRange(server.Sent, 0, Slack);
    }

    private static ResilientChatClient CreateClient(EndlessServer server)
        => new LlmResilienceBuilder().AddAnthropicEndpoint(
            "endless",
            provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "k", "m"),
            endpoint =>
            {
                // The bound is to speak, not the clock of a slow machine.
                endpoint.Retry.MaxRetryAttempts = 0;
                endpoint.Timeouts.FirstToken = endpoint.Timeouts.FirstTokenAtLastEndpoint = TimeSpan.FromMinutes(10);
                endpoint.Timeouts.Response = TimeSpan.FromMinutes(10);
            }).Build();
}
