using LlmResilience.Requests;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.Tests.Routing;

/// <summary>What the app's code says of a request that says nothing itself.</summary>
public sealed class SelectorTests
{
    private static readonly AsyncLocal<string?> Tenant = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_is_routed_by_what_is_ambient_at_the_call(bool streaming)
    {
        using var chain = Chain().Compose(llm => llm.SelectConsumer(_ => Tenant.Value));

        Tenant.Value = "acme";
        var first = AskLater(chain.Client, streaming);
        Tenant.Value = null;
        var second = AskLater(chain.Client, streaming);

        Assert.Equal(("acme's", "rest"), ((await first()).Text, (await second()).Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_request_says_itself_comes_first(bool streaming)
    {
        var asked = 0;
        using var chain = Chain().Compose(llm => llm.SelectConsumer(_ => $"nobody {++asked}").SelectRegion(_ => $"nowhere {++asked}"));

        Assert.Equal("acme's", (await chain.Client.AskAsync(streaming, options: new ChatOptions().SetConsumer("acme").SetRegion("eu"))).Text);
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_throws_ends_its_own_request_with_its_own_exception(bool streaming)
    {
        var exception = new FormatException("no such tenant");
        using var chain = Chain().Compose(llm => llm.SelectConsumer(request => request.ModelId == "x" ? throw exception : "acme"));

        var asking = chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "x" });

        Assert.Same(exception, await Assert.ThrowsAsync<FormatException>(() => asking));
        Assert.Equal("acme's", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task A_failure_of_routing_comes_from_the_task_and_from_each_enumeration_and_never_from_the_call()
    {
        using var chain = Chain().Compose(llm => llm.SelectRegion(_ => throw new FormatException()));

        var asking = chain.Client.GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);
        var stream = chain.Client.GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<FormatException>(() => asking);
        Assert.IsType<FormatException>((await stream.CollectAsync()).Exception);
        Assert.IsType<FormatException>((await stream.CollectAsync()).Exception);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public async Task A_blank_answer_is_none(string? nobody)
    {
        using var chain = Chain().Compose(llm => llm.SelectConsumer(_ => nobody).SelectRegion(_ => nobody));

        Assert.Equal("rest", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task A_region_is_the_requests_else_the_selectors_else_the_apps()
    {
        string? selected = "us";
        using var chain = new TestChain()
            .Endpoint("eu", new FakeChatClient(Script.Answer("eu")), endpoint => endpoint.Region = "eu")
            .Endpoint("us", new FakeChatClient(Script.Answer("us")), endpoint => endpoint.Region = "us")
            .Endpoint("ap", new FakeChatClient(Script.Answer("ap")), endpoint => endpoint.Region = "ap")
            .With(options => options.Region = "AP")
            .Compose(llm => llm.SelectRegion(_ => selected));

        Assert.Equal("us", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal("eu", (await chain.Client.AskAsync(streaming: true, options: new ChatOptions().SetRegion("EU"))).Text);
        selected = null;
        Assert.Equal("ap", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task The_apps_region_counts_for_routes_too()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b"))
            .With(options => options.Region = "eu")
            .Compose(llm => llm.AddRoute("eu", route => route.ForRegion("eu").To("b")).AddRoute("rest", route => route.To("a")));

        Assert.Equal("b", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task A_selector_sees_the_request_and_the_apps_services()
    {
        LlmRequest seen = default;
        var services = new ServiceCollection().AddSingleton("of the app");
        services.AddLlmResilience(llm => llm.AddEndpoint("a", new FakeChatClient(Script.Answer("well"))).SelectConsumer(_ => "acme").SelectRegion(request =>
        {
            seen = request;
            return null;
        }));
        using var provider = services.BuildServiceProvider();
        var options = new ChatOptions { ModelId = "gpt" }.SetAffinityKey("chat-1");

        await provider.GetRequiredService<IChatClient>().AskAsync(streaming: true, prompt: "what?", options: options);

        Assert.Equal(("gpt", "acme", null, "chat-1"), (seen.ModelId, seen.Consumer, seen.Region, seen.AffinityKey));
        Assert.Equal("what?", Assert.Single(seen.Messages).Text);
        Assert.Same(options, seen.Options);
        Assert.Equal("of the app", seen.Services.GetService<string>());
    }

    [Fact]
    public void A_request_can_be_made_for_a_test_of_ones_own_selector()
    {
        var request = new LlmRequest([new ChatMessage(ChatRole.User, "hi")], new ChatOptions().SetConsumer("acme").SetRegion("eu"));

        Assert.Equal(("acme", "eu", null), (request.Consumer, request.Region, request.ModelId));
        Assert.Null(request.Services.GetService(typeof(string)));
        Assert.Empty(default(LlmRequest).Messages);
        Assert.Throws<ArgumentNullException>("messages", () => new LlmRequest(null!));
    }

    [Fact]
    public async Task A_sequence_that_can_be_read_once_is_read_once()
    {
        var reads = 0;
        using var chain = Chain().Compose(llm => llm.SelectConsumer(request => request.Messages[0].Text));

        var response = await chain.Client.GetResponseAsync(Once(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(("acme's", 1), (response.Text, reads));

        IEnumerable<ChatMessage> Once()
        {
            reads++;
            yield return new ChatMessage(ChatRole.User, "acme");
        }
    }

    [Theory]
    [InlineData("selector")]
    public void Null_is_refused(string parameter)
    {
        var llm = new LlmResilienceBuilder();
        Assert.Throws<ArgumentNullException>(parameter, () => llm.SelectConsumer(null!));
        Assert.Throws<ArgumentNullException>(parameter, () => llm.SelectRegion(null!));
        Assert.Throws<ArgumentNullException>(parameter, () => llm.SelectAffinityKey(null!));
    }

    [Fact]
    public void Nobody_is_asked_for_a_conversation_that_no_balancer_wants_to_know()
    {
        using var chain = Chain().Compose(llm => llm.SelectAffinityKey(_ => throw new FormatException()));

        Assert.True(chain.Client.Router.TryChoose(RequestInput.Of([], options: null), out _, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_is_the_requests_else_the_selectors_else_the_messages(bool streaming)
    {
        const int Conversations = 20;
        using var chain = new TestChain().With(options => options.LoadBalancing = LoadBalancingPolicy.Affinity).Compose(llm => llm.SelectAffinityKey(_ => Tenant.Value));
        foreach (var name in Enumerable.Range(0, 8).Select(index => $"{index}"))
        {
            chain.Endpoint(name, Script.Answer(name));
        }

        var homes = new HashSet<string>();
        for (var i = 0; i < Conversations; i++)
        {
            Tenant.Value = $"chat-{i}";
            var home = (await chain.Client.AskAsync(streaming, prompt: "one")).Text;
            Assert.Equal(home, (await chain.Client.AskAsync(streaming, prompt: "another")).Text);
            Tenant.Value = "somebody else";
            Assert.Equal(home, (await chain.Client.AskAsync(streaming, options: new ChatOptions().SetAffinityKey($"chat-{i}"))).Text);
            Tenant.Value = null;
            Assert.Equal((await chain.Client.AskAsync(streaming, prompt: $"{i}")).Text, (await chain.Client.AskAsync(streaming, prompt: $"{i}")).Text);
            homes.Add(home);
        }

        Assert.True(homes.Count > 2, "All conversations are at home in the same place.");
    }

    private static TestChain Chain() => new TestChain()
        .Endpoint("a", Script.Answer("acme's"))
        .Endpoint("b", Script.Answer("rest"))
        .Compose(llm => llm.AddRoute("acme", route => route.ForConsumer("acme").To("a")).AddRoute("rest", route => route.To("b")));

    // A stream is enumerated when the ambient value is another one already.
    private static Func<Task<ChatResponse>> AskLater(IChatClient client, bool streaming)
    {
        if (streaming)
        {
            var stream = client.GetStreamingResponseAsync("hi");
            return () => stream.ToChatResponseAsync();
        }

        var asking = client.GetResponseAsync("hi");
        return () => asking;
    }
}
