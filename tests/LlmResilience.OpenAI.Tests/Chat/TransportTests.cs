using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using Microsoft.Extensions.AI;
using SdkChatClient = OpenAI.Chat.ChatClient;

namespace LlmResilience.OpenAI.Tests;

public class TransportTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_request_is_sent_once(bool streaming)
    {
        await using var server = LoopbackServer.Json("""{"error":{"code":"x","message":"boom"}}""", 500);
        using var client = server.CreateClient();

        var exception = await Assert.ThrowsAsync<ClientResultException>(() => SendAsync(client, streaming));

        Assert.Equal(500, exception.Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_key_and_the_path()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        using var client = server.CreateClient();
        await client.GetResponseAsync("Hi");
        var head = Assert.Single(server.Requests).Head;
        Assert.StartsWith("POST /v1/chat/completions HTTP/1.1", head);
        Assert.Contains("Authorization: Bearer sk-test", head);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_while_the_server_says_nothing(bool streaming)
    {
        using var source = new CancellationTokenSource();
        await using var server = new LoopbackServer(async (_, stop) =>
        {
            await source.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var client = server.CreateClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(client, streaming, source.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_between_two_updates(bool byArgument)
    {
        using var source = new CancellationTokenSource();
        var gone = new TaskCompletionSource();
        await using var server = new LoopbackServer(async (stream, stop) =>
        {
            await LoopbackServer.SendAsync(stream, LoopbackServer.StreamHead + $"data: {Wire.Chunk("""{"content":"a"}""")}\n\n", stop);
            await LoopbackServer.WaitForCloseAsync(stream, stop);
            gone.SetResult();
        });
        using var client = server.CreateClient();
        var stream = byArgument ? client.GetStreamingResponseAsync("Hi", cancellationToken: source.Token) : client.GetStreamingResponseAsync("Hi");
        await using (var updates = stream.GetAsyncEnumerator(byArgument ? default : source.Token))
        {
            Assert.True(await updates.MoveNextAsync());

            var next = updates.MoveNextAsync();
            await source.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        }

        await gone.Task;
    }

    [Fact]
    public async Task An_app_that_stops_early_gives_the_connection_back()
    {
        var gone = new TaskCompletionSource();
        await using var server = new LoopbackServer(async (stream, stop) =>
        {
            await LoopbackServer.SendAsync(stream, LoopbackServer.StreamHead + $"data: {Wire.Chunk("""{"content":"a"}""")}\n\n", stop);
            await LoopbackServer.WaitForCloseAsync(stream, stop);
            gone.SetResult();
        });
        using var client = server.CreateClient();

        await foreach (var _ in client.GetStreamingResponseAsync("Hi"))
        {
            break;
        }

        await gone.Task;
    }

    [Fact]
    public async Task A_body_in_memory_as_the_tests_of_apps_have_it()
    {
        using var http = new HttpClient(new InMemoryHandler($"data: {Wire.Chunk("""{"content":"a"}""", "stop")}\n\ndata: [DONE]\n\n"));
        var sdk = new SdkChatClient("m", new ApiKeyCredential("k"), new() { Transport = new HttpClientPipelineTransport(http) });
        using var client = new OpenAIChatClient(sdk, new("https://x.test/v1"), "m", TimeProvider.System);
        Assert.Equal("a", (await client.GetStreamingResponseAsync("Hi").ToChatResponseAsync()).Text);
    }

    [Fact]
    public void Services()
    {
        using var client = OpenAIClientFactory.Create(new() { ApiKey = "k", ModelId = "m" }, services: null);
        var metadata = client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("openai", new Uri("https://api.openai.com/v1"), "m"), (metadata.ProviderName, metadata.ProviderUri, metadata.DefaultModelId));
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.NotNull(client.GetService<SdkChatClient>());
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
        Assert.Null(client.GetService<HttpClient>());
    }

    private static Task SendAsync(IChatClient client, bool streaming, CancellationToken cancellationToken = default)
        => streaming
            ? client.GetStreamingResponseAsync("Hi", cancellationToken: cancellationToken).ToListAsync(CancellationToken.None).AsTask()
            : client.GetResponseAsync("Hi", cancellationToken: cancellationToken);

    private sealed class InMemoryHandler(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage { Content = new StringContent(body, Encoding.UTF8, "text/event-stream") });
    }
}
