using Microsoft.Extensions.AI;

namespace LlmResilience.Tests;

/// <summary>The client as an <see cref="IChatClient"/> among others.</summary>
public sealed class ResilientChatClientTests
{
    [Fact]
    public void Services_are_its_own_then_the_first_endpoints()
    {
        var first = new FakeChatClient(Script.Answer("a"));
        using var client = first.WithLlmResilience(llm => llm.AddEndpoint("backup", new FakeChatClient(Script.Answer("b"))));

        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Same(client, client.GetService<ResilientChatClient>());
        Assert.Same(first.Metadata, client.GetService<ChatClientMetadata>());
        Assert.Null(client.GetService<FakeChatClient>());
        Assert.Same(client.GetService<LlmEndpoints>(), client.GetService<LlmEndpoints>());
        Assert.Null(client.GetService<string>());
        Assert.Null(client.GetService(typeof(ResilientChatClient), "key"));
    }

    [Fact]
    public void What_is_around_the_only_endpoint_is_around_the_chain()
    {
        var only = new FakeChatClient(Script.Answer("a"));
        using var client = only.WithLlmResilience();

        Assert.Same(only, client.GetService<FakeChatClient>());
    }

    [Fact]
    public void Without_DI_the_wrapped_client_is_the_first_endpoint()
    {
        using var client = new FakeChatClient(Script.Answer("a")).WithLlmResilience(llm => llm.AddEndpoint("backup", new FakeChatClient(Script.Answer("b"))));

        Assert.Equal(["primary", "backup"], client.GetService<LlmEndpoints>()!.GetSnapshots().Select(endpoint => endpoint.Name));
    }

    [Fact]
    public async Task A_disposed_client_has_disposed_its_endpoints_and_says_so()
    {
        var first = new FakeChatClient(Script.Answer("a"));
        var client = first.WithLlmResilience();
        client.Dispose();
        client.Dispose();

        Assert.True(first.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AskAsync(streaming: false));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AskAsync(streaming: true));
    }

    [Fact]
    public async Task A_client_disposed_while_a_stream_is_open_lets_it_end_and_takes_no_new_one()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one two three"));
        var before = chain.Client.GetStreamingResponseAsync("hi");
        await using var stream = before.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        chain.Client.Dispose();
        var rest = "";
        while (await stream.MoveNextAsync())
        {
            rest += stream.Current.Text;
        }

        Assert.Equal("two three", rest);
        Assert.Throws<ObjectDisposedException>(() => chain.Client.GetStreamingResponseAsync("hi"));
        Assert.Throws<ObjectDisposedException>(() => { _ = chain.Client.GetResponseAsync("hi"); });
    }

    [Fact]
    public void Null_messages_are_refused_at_the_call()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("hi"));

        Assert.Throws<ArgumentNullException>("messages", () => chain.Client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>("messages", () => { _ = chain.Client.GetResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_safe_for_many_requests_at_once(bool streaming)
    {
        var script = new Script().Then(async (_, _) => await Task.Yield()).Text("one ", "two").Finish();
        using var client = new FakeChatClient(script).WithLlmResilience(llm => llm.AddEndpoint("backup", new FakeChatClient(Script.Answer("b"))));

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => client.AskAsync(streaming))));

        Assert.All(answers, answer => Assert.Equal("one two", answer.Text));
        Assert.Equal(0, client.GetService<LlmEndpoints>()!.GetSnapshots()[0].ActiveAttempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_is_cancelled_already_asks_nobody(bool streaming)
    {
        var fake = new FakeChatClient(Script.Answer("a"));
        using var client = fake.WithLlmResilience();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync(streaming, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(0, fake.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_resilient_client_can_be_an_endpoint_of_another(bool streaming)
    {
        using var client = new FakeChatClient(Script.Throw(new IOException())).WithLlmResilience(configureEndpoint: endpoint => endpoint.Retry.MaxRetryAttempts = 0)
            .WithLlmResilience(llm => llm.AddEndpoint("backup", new FakeChatClient(Script.Answer("b"))), configureEndpoint: endpoint => endpoint.Retry.MaxRetryAttempts = 0);

        Assert.Equal("b", (await client.AskAsync(streaming)).Text);
    }
}
