using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.Requests;

/// <summary>A conversation stays at the endpoint that has it, or the app is told; its history is never lost in silence.</summary>
public sealed class PinnedConversationTests
{
    public static TheoryData<LoadBalancingPolicy, bool> Policies => new(Enum.GetValues<LoadBalancingPolicy>().SelectMany(policy => new[] { (policy, true), (policy, false) }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_goes_on_where_it_began_although_another_endpoint_comes_first(bool streaming)
    {
        var (first, second) = (new FakeChatClient(Conversation("conv_a")), new FakeChatClient(Conversation("conv_b")));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", second);
        chain.Endpoints.Drain("a");
        var begun = await chain.Client.AskAsync(streaming);
        chain.Endpoints.Restore("a");

        var next = await chain.Client.AskAsync(streaming, options: new ChatOptions { ConversationId = begun.ConversationId });

        Assert.Equal("conv_b", begun.ConversationId);
        Assert.Equal("b", EndpointOf(next));
        Assert.Equal((0, 2), (first.Calls, second.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_that_its_provider_renames_with_each_turn_stays_there_for_a_hundred_turns_whatever_happens_around_it(bool streaming)
    {
        var turn = 0;
        Script[] turns = [.. Enumerable.Range(0, 200).Select(i => Conversation($"resp_{i}"))];
        var (other, owner) = (new FakeChatClient(Script.Answer("I know nothing")), new FakeChatClient(turns));
        using var chain = new TestChain().Endpoint("other", other).Endpoint("owner", owner).Endpoint("third", other);
        chain.Endpoints.Drain("other");
        var id = (await chain.Client.AskAsync(streaming)).ConversationId;
        chain.Endpoints.Restore("other");

        while (turn < 100)
        {
            if (turn % 10 == 3)
            {
                chain.Endpoints.Eject("owner");
                var refused = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions { ConversationId = id }));
                Assert.Equal("owner", refused.EndpointName);
                Assert.NotNull(refused.RetryAfter);
                chain.Clock.Advance(refused.RetryAfter.Value);
            }

            if (turn % 10 == 7)
            {
                chain.Endpoints.Eject("other");
            }

            var answer = await chain.Client.AskAsync(streaming, options: new ChatOptions { ConversationId = id });
            Assert.Equal("owner", EndpointOf(answer));
            id = answer.ConversationId;
            turn++;
        }

        Assert.Equal((0, 101), (other.Calls, owner.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_whose_endpoint_a_reload_has_removed_is_asked_of_nobody(bool streaming)
    {
        var configuration = new ChangingConfiguration("a", "b");
        var provider = new ConversingProvider();
        using var client = new LlmResilienceBuilder { TimeProvider = new VirtualTimeProvider() }.AddProvider(provider).Bind(configuration.Section).Build();
        client.GetService<LlmEndpoints>()!.Drain("a");
        var begun = await client.AskAsync(streaming);
        client.GetService<LlmEndpoints>()!.Restore("a");

        configuration.RemoveEndpoint(1);
        var exception = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => client.AskAsync(streaming, options: new ChatOptions { ConversationId = begun.ConversationId }));

        Assert.Equal("b", exception.EndpointName);
        Assert.Null(exception.RetryAfter);
        Assert.Equal(0, provider.Clients["a"].Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_app_says_counts_before_what_this_process_has_seen(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Conversation("conv_1")))
            .Endpoint("b", new FakeChatClient(Conversation("conv_1")));
        var begun = await chain.Client.AskAsync(streaming);
        var options = new ChatOptions { ConversationId = begun.ConversationId };

        var next = await chain.Client.AskAsync(streaming, options: options.Clone().SetEndpoint("B"));

        Assert.Equal(("a", "b"), (EndpointOf(begun), EndpointOf(next)));
        Assert.Equal("b", EndpointOf(await chain.Client.AskAsync(streaming, options: options)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_that_the_app_names_is_asked_or_nobody_is(bool streaming)
    {
        var first = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", Script.Answer("well"));
        chain.Endpoints.Eject("b");

        var ejected = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions().SetEndpoint("b")));
        var unknown = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions().SetEndpoint("gone")));

        Assert.Equal(("b", TimeSpan.FromSeconds(10)), (ejected.EndpointName, ejected.RetryAfter));
        Assert.Equal(("gone", null), (unknown.EndpointName, unknown.RetryAfter));
        Assert.Equal(0, first.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_route_without_the_owner_is_told_and_not_taken_for_it(bool streaming)
    {
        var other = new FakeChatClient(Script.Answer("I know nothing"));
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Conversation("conv_1")))
            .Endpoint("b", other)
            .Compose(llm => llm.AddRoute("large", route => route.ForModel("large").To("a")).AddRoute("rest", route => route.To("b")));
        var begun = await chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "large" });

        var told = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions { ConversationId = begun.ConversationId }));

        Assert.Equal("a", told.EndpointName);
        Assert.Equal(0, other.Calls);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_conversation_stays_where_it_is_however_its_endpoints_are_balanced(LoadBalancingPolicy policy, bool streaming)
    {
        using var chain = new TestChain().With(options => options.LoadBalancing = policy);
        foreach (var name in new[] { "a", "b", "c" })
        {
            chain.Endpoint(name, new FakeChatClient(Conversation("conv_" + name)));
        }

        for (var i = 0; i < 20; i++)
        {
            var begun = await chain.Client.AskAsync(streaming, prompt: $"conversation {i}");
            var next = await chain.Client.AskAsync(streaming, prompt: "go on", options: new ChatOptions { ConversationId = begun.ConversationId });

            Assert.Equal(EndpointOf(begun), EndpointOf(next));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoints_of_one_state_group_go_on_for_each_other(bool streaming)
    {
        var (alone, mate) = (new FakeChatClient(Script.Answer("I know nothing")), new FakeChatClient(Conversation("conv_1")));
        using var chain = new TestChain()
            .Endpoint("alone", alone)
            .Endpoint("key 1", new FakeChatClient(Conversation("conv_1")), options => options.StateGroup = "account")
            .Endpoint("key 2", mate, options => options.StateGroup = "Account");
        chain.Endpoints.Drain("alone");
        var begun = await chain.Client.AskAsync(streaming);
        chain.Endpoints.Restore("alone");
        chain.Endpoints.Eject("key 1");

        var next = await chain.Client.AskAsync(streaming, options: new ChatOptions { ConversationId = begun.ConversationId });

        Assert.Equal("key 1", EndpointOf(begun));
        Assert.Equal("key 2", EndpointOf(next));
        Assert.Equal(0, alone.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Within_a_state_group_a_refusal_goes_on_and_what_may_have_been_worked_on_does_not(bool streaming)
    {
        var options = new ChatOptions { ConversationId = "conv_1" };
        var broken = new HttpRequestException("500", inner: null, System.Net.HttpStatusCode.InternalServerError);
        var first = new FakeChatClient(Script.Throw(new HttpRequestException("429", inner: null, System.Net.HttpStatusCode.TooManyRequests)), Script.Throw(broken));
        using var chain = new TestChain()
            .Endpoint("key 1", first, endpoint => endpoint.StateGroup = "account")
            .Endpoint("alone", Script.Answer("I know nothing"))
            .Endpoint("key 2", new FakeChatClient(Script.Answer("well")), endpoint => endpoint.StateGroup = "account");

        Assert.Equal("well", (await chain.Client.AskAsync(streaming, options: options)).Text);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        chain.Endpoints.Restore("key 1");
        chain.Endpoints.Drain("key 2");
        chain.Endpoints.Restore("key 2");
        var other = new ChatOptions { ConversationId = "conv_2" };
        Assert.Same(broken, await Assert.ThrowsAnyAsync<Exception>(() => chain.Client.AskAsync(streaming, options: other)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_an_answer_brought_is_known_by_its_endpoint(bool streaming)
    {
        var made = new ChatResponseUpdate(ChatRole.Assistant, [new TextContent("here"), new HostedFileContent("file_1")]);
        var owner = new FakeChatClient(new Script().Update(made).Finish(), Script.Answer("read"));
        using var chain = new TestChain().Endpoint("other", Script.Answer("what file")).Endpoint("owner", owner);
        chain.Endpoints.Drain("other");
        await chain.Client.AskAsync(streaming);
        chain.Endpoints.Restore("other");
        ChatMessage[] question = [new(ChatRole.User, [new TextContent("read it"), new HostedFileContent("file_1")])];

        var answer = streaming
            ? await chain.Client.GetStreamingResponseAsync(question).ToChatResponseAsync(CancellationToken.None)
            : await chain.Client.GetResponseAsync(question, cancellationToken: CancellationToken.None);

        Assert.Equal("read", answer.Text);
    }

    [Fact]
    public async Task A_job_in_the_background_is_asked_about_where_it_was_begun()
    {
#pragma warning disable MEAI001 // It is what the test is about.
        var token = ResponseContinuationToken.FromBytes(new byte[] { 1, 2, 3 });
        var begins = new Script().Update(new ChatResponseUpdate(ChatRole.Assistant, []) { ContinuationToken = token });
        var owner = new FakeChatClient(begins, Script.Answer("done"));
        using var chain = new TestChain().Endpoint("other", Script.Answer("what job")).Endpoint("owner", owner);
        chain.Endpoints.Drain("other");
        await chain.Client.AskAsync(streaming: true, options: new ChatOptions { AllowBackgroundResponses = true });
        chain.Endpoints.Restore("other");

        var copy = ResponseContinuationToken.FromBytes(token.ToBytes());
        var answer = await chain.Client.AskAsync(streaming: true, options: new ChatOptions { ContinuationToken = copy });
#pragma warning restore MEAI001

        Assert.Equal("done", answer.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signed_reasoning_is_no_state_and_goes_to_those_of_its_state_group(bool streaming)
    {
        var mate = new FakeChatClient(Script.Answer("well"));
        var thought = new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("hm") { ProtectedData = "signed" }, new TextContent("hello")]);
        using var chain = new TestChain()
            .Endpoint("key 1", new FakeChatClient(new Script().Update(thought).Finish()), options => options.StateGroup = "account")
            .Endpoint("key 2", mate, options => options.StateGroup = "account");
        var begun = await chain.Client.AskAsync(streaming);
        chain.Endpoints.Drain("key 1");
        ChatMessage[] history = [new(ChatRole.User, "hi"), .. begun.Messages, new(ChatRole.User, "and now")];

        var next = streaming
            ? await chain.Client.GetStreamingResponseAsync(history).ToChatResponseAsync(CancellationToken.None)
            : await chain.Client.GetResponseAsync(history, cancellationToken: CancellationToken.None);

        Assert.Equal("well", next.Text);
        Assert.Contains(mate.Received[0].Messages.SelectMany(message => message.Contents), content => content is TextReasoningContent { ProtectedData: "signed" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tools_that_act_are_run_again_where_the_chain_allows_it(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(new HttpRequestException("500", inner: null, System.Net.HttpStatusCode.InternalServerError)))
            .Endpoint("b", Script.Answer("done"))
            .With(options => options.RetryHostedTools = true);

        var answer = await chain.Client.AskAsync(streaming, options: new ChatOptions { Tools = [new HostedCodeInterpreterTool()] });

        Assert.Equal("done", answer.Text);
    }

    [Fact]
    public async Task The_memory_of_conversations_is_bounded_and_keeps_those_that_go_on()
    {
        var count = 0;
        using var chain = new TestChain()
            .Endpoint("first", Script.Answer("I know nothing"))
            .Endpoint("owner", new Conversing(() => $"conv_{count++}"));
        chain.Endpoints.Drain("first");
        var kept = (await chain.Client.AskAsync(streaming: false)).ConversationId;
        var memory = chain.Client.Chain.Context.States;
        for (var i = 0; i < 30_000; i++)
        {
            await chain.Client.AskAsync(streaming: false, options: i % 5_000 == 0 ? new ChatOptions { ConversationId = kept } : null);
        }

        Assert.True(memory.TryFind(kept!, out var holder));
        Assert.Equal("owner", holder.EndpointName);
        Assert.False(memory.TryFind("conv_1", out _));
        Assert.InRange(memory.Count, 1, 20_001);
    }

    private static Script Conversation(string id) => new Script()
        .Update(new ChatResponseUpdate(ChatRole.Assistant, "well") { ConversationId = id })
        .Update(new ChatResponseUpdate(ChatRole.Assistant, []) { ConversationId = id, FinishReason = ChatFinishReason.Stop });

    private static string? EndpointOf(ChatResponse response) => response.GetLlmEndpoint()?.Name;

    private sealed class Conversing(Func<string> next) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
            => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "well")) { ConversationId = next(), FinishReason = ChatFinishReason.Stop });

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
            => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class ConversingProvider : EndpointProvider
    {
        public Dictionary<string, FakeChatClient> Clients { get; } = [];

        public override string Name => "Test";

        public override IReadOnlyCollection<string> ConfigurationKeys => ["ApiKey"];

        public override IEnumerable<string> Validate(IConfigurationSection section) => [];

        public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
            => Clients[endpointName] = new FakeChatClient(Conversation("conv_" + endpointName));
    }
}
