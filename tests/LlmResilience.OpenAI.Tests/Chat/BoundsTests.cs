using System.ClientModel;
using LlmResilience.Tests;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>Servers that never end, against the real bounds: the app gets a verdict, and the server is cut.</summary>
public class BoundsTests
{
    private const long Slack = 16 << 20;

    private static readonly string Text = $"data: {Wire.Chunk("""{"content":"a"}""")}\n\n";

    [Theory]
    [InlineData("text/event-stream", "", ": keep-alive, keep-alive, keep-alive, keep-alive, keep-alive, keep-alive\n\n", 64)]
    [InlineData("text/event-stream", "data: {\"id\":\"", "xxxxxxxx", 16)]
    [InlineData("text/event-stream", "", "data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 64)]
    [InlineData("application/json", "{\"id\":\"", "xxxxxxxx", 64)]
    [InlineData("text/plain", "", "xxxxxxxx", 16)]
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
        Assert.IsType<InvalidDataException>(exception.InnerException);
    }

    [Theory]
    [InlineData("application/json", "{\"id\":\"")]
    [InlineData("text/html", "<html>")]
    public async Task A_whole_answer_without_end(string type, string start)
    {
        await using var server = new EndlessServer(type, start, "xxxxxxxx");
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

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => AskAsync(client, streaming));

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

        Assert.Equal(422, (await Assert.ThrowsAsync<ClientResultException>(() => AskAsync(client, streaming))).Status);
        Assert.InRange(server.Sent, 0, Slack);
    }

    private static Task AskAsync(IChatClient client, bool streaming)
        => streaming ? client.GetStreamingResponseAsync("Hi").ToListAsync().AsTask() : client.GetResponseAsync("Hi");

    private static ResilientChatClient CreateClient(EndlessServer server)
        => new LlmResilienceBuilder().AddOpenAIEndpoint(
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
