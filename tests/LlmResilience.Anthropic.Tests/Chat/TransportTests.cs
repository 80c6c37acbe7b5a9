using Anthropic;
using Anthropic.Exceptions;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

public class TransportTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 500)]
    [InlineData(true, 500)]
    [InlineData(false, 429)]
    [InlineData(true, 529)]
    public async Task A_failed_request_is_sent_once(bool streaming, int status)
    {
        var headers = new Dictionary<string, string> { ["x-should-retry"] = "true", ["retry-after"] = "0" };
        await using var server = await Clients.StartAsync(SimulatedFault.Status(status, headers: headers));
        using var client = server.CreateClient();

        var exception = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.AskAsync(streaming));

        Assert.Equal(status, (int)exception.StatusCode);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_sent(bool streaming)
    {
        await using var server = await Clients.StartAsync();
        using var client = server.CreateClient(maxOutputTokens: 99);

        await client.AskAsync(streaming);
        await client.AskAsync(streaming, options: new() { MaxOutputTokens = 64_000, ModelId = "m-2" });

        var (first, second) = (server.Requests[0], server.Requests[1]);
        Assert.Equal("/v1/messages", first.Path);
        Assert.Equal("Bearer k", first.Headers["Authorization"]);
        Assert.False(first.Headers.ContainsKey("Accept-Encoding"), "A compressed stream would be held back.");
        Assert.Equal("86400", first.Headers["x-stainless-timeout"]);
        Assert.Contains("\"model\":\"m-1\"", first.Body);
        Assert.Contains("\"max_tokens\":99", first.Body);
        Assert.Contains("\"model\":\"m-2\"", second.Body);
        Assert.Contains("\"max_tokens\":64000", second.Body);
    }

    [Theory]
    [InlineData(false, "Silence")]
    [InlineData(true, "Silence")]
    [InlineData(false, "SilenceAfterHeaders")]
    [InlineData(true, "SilenceAfterHeaders")]
    [InlineData(true, "Stall")]
    public async Task Cancelled_while_the_server_says_nothing(bool streaming, string silence)
    {
        await using var server = await Clients.StartAsync(silence switch
        {
            "Silence" => SimulatedFault.Silence(),
            "Stall" => SimulatedFault.StallAfter(0),
            _ => SimulatedFault.SilenceAfterHeaders(),
        });
        using var client = server.CreateClient();
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync(streaming, cancellationToken: source.Token));

        await server.WaitForAsync(static s => s.AbortedCount == s.RequestCount, Limit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_between_two_updates(bool byArgument)
    {
        await using var server = await Clients.StartAsync(SimulatedFault.StallAfter(0));
        using var client = server.CreateClient();
        using var source = new CancellationTokenSource();
        var stream = byArgument ? client.GetStreamingResponseAsync("Hi", cancellationToken: source.Token) : client.GetStreamingResponseAsync("Hi");
        await using (var updates = stream.GetAsyncEnumerator(byArgument ? default : source.Token))
        {
            Assert.True(await updates.MoveNextAsync());

            var next = updates.MoveNextAsync();
            await source.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        }

        await server.WaitForAsync(static s => s.AbortedCount == s.RequestCount, Limit);
    }

    [Fact]
    public async Task An_app_that_stops_early_gives_the_connection_back()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.StallAfter(1));
        using var client = server.CreateClient();

        await foreach (var _ in client.GetStreamingResponseAsync("Hi"))
        {
            break;
        }

        await server.WaitForAsync(static s => s.AbortedCount == s.RequestCount, Limit);
    }

    [Fact]
    public async Task Nobody_there()
    {
        var server = await Clients.StartAsync();
        using var client = server.CreateClient();
        await server.DisposeAsync();

        var exception = await Assert.ThrowsAsync<AnthropicIOException>(() => client.AskAsync(streaming: true));

        Assert.IsType<HttpRequestException>(exception.InnerException);
    }

    [Fact]
    public async Task Disposing_leaves_the_shared_connections_alone()
    {
        await using var server = await Clients.StartAsync();
        using var other = server.CreateClient();
        server.CreateClient().Dispose();
        Assert.Equal("Hello", (await other.AskAsync(streaming: false)).Text);
    }

    [Fact]
    public async Task Without_messages()
    {
        await using var server = await Clients.StartAsync();
        using var client = server.CreateClient();
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>(() => { client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    [Fact]
    public void Services()
    {
        using var client = AnthropicClientFactory.Create(new() { BaseAddress = new("https://x.test/a/"), ApiKey = "k", ModelId = "m" }, services: null);
        var metadata = client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("anthropic", new Uri("https://x.test/a"), "m"), (metadata.ProviderName, metadata.ProviderUri, metadata.DefaultModelId));
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Equal(0, client.GetService<IAnthropicClient>()!.MaxRetries);
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
    }
}
