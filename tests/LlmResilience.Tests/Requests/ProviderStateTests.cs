using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>A request that names what one provider has is sent there or to nobody; one whose tools act is not sent twice.</summary>
public sealed class ProviderStateTests
{
    // What names state that lives at one provider.
    private static readonly Dictionary<string, (ChatMessage[] Messages, ChatOptions? Options)> Stateful = new()
    {
        ["conversation"] = ([User()], new ChatOptions { ConversationId = "conv_1" }),
#pragma warning disable MEAI001 // It is what the test is about.
        ["continuation"] = ([User()], new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }),
#pragma warning restore MEAI001
        ["file in a message"] = ([User(), new(ChatRole.User, [new TextContent("read"), new HostedFileContent("file_1")])], null),
        ["vector store in a message"] = ([new(ChatRole.User, [new HostedVectorStoreContent("vs_1")])], null),
        ["vector store to search"] = ([User()], new ChatOptions { Tools = [new HostedFileSearchTool { Inputs = [new HostedVectorStoreContent("vs_1")] }] }),
        ["file for code"] = ([User()], new ChatOptions { Tools = [new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("file_1")] }] }),
    };

    // Tools that act at the provider.
    private static readonly Dictionary<string, AITool> Acting = new()
    {
        ["mcp"] = new HostedMcpServerTool("shop", new Uri("https://shop.test/mcp")),
        ["code"] = new HostedCodeInterpreterTool(),
    };

    public static TheoryData<string, bool> StatefulRows => new(Stateful.Keys.SelectMany(row => new[] { (row, true), (row, false) }));

    public static TheoryData<string, bool> ActingRows => new(Acting.Keys.SelectMany(row => new[] { (row, true), (row, false) }));

    // Of each failure: the exception, and whether the request surely was not worked on.
    private static readonly Dictionary<string, (Exception Exception, bool NothingHappened)> Failures = new()
    {
        ["refused"] = (new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused)), true),
        ["unknown host"] = (new HttpRequestException(HttpRequestError.NameResolutionError, "no such host"), true),
        ["no certificate"] = (new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", new IOException("eof")), true),
        ["refused socket"] = (new SocketException((int)SocketError.ConnectionRefused), true),
        ["429"] = (new HttpRequestException("429", inner: null, HttpStatusCode.TooManyRequests), true),
        ["503"] = (new HttpRequestException("503", inner: null, HttpStatusCode.ServiceUnavailable), true),
        ["401"] = (new HttpRequestException("401", inner: null, HttpStatusCode.Unauthorized), true),
        ["500"] = (new HttpRequestException("500", inner: null, HttpStatusCode.InternalServerError), false),
        ["reset"] = (new HttpRequestException("reset", new IOException("reset", new SocketException((int)SocketError.ConnectionReset))), false),
        ["cut"] = (new HttpRequestException(HttpRequestError.ResponseEnded, "cut"), false),
        ["cut in the body"] = (new IOException("cut"), false),
        ["timeout"] = (new TimeoutException(), false),
        ["unknown"] = (new InvalidOperationException("what is this"), false),
    };

    public static TheoryData<string, bool> FailureRows => new(Failures.Keys.SelectMany(row => new[] { (row, true), (row, false) }));

    [Theory]
    [MemberData(nameof(StatefulRows))]
    public async Task State_keeps_the_request_at_its_endpoint_and_the_app_gets_the_original_exception(string row, bool streaming)
    {
        var thrown = new HttpRequestException("500", inner: null, HttpStatusCode.InternalServerError);
        var backup = new FakeChatClient(Script.Answer("elsewhere"));
        using var chain = new TestChain().Endpoint("a", Script.Throw(thrown)).Endpoint("b", backup);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(chain.Client, row, streaming));

        Assert.Same(thrown, exception);
        Assert.Equal(0, backup.Calls);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Theory]
    [MemberData(nameof(StatefulRows))]
    public async Task State_of_an_endpoint_that_is_out_is_asked_of_nobody_and_the_app_is_told_when_it_returns(string row, bool streaming)
    {
        var (owner, backup) = (new FakeChatClient(Script.Answer("well")), new FakeChatClient(Script.Answer("elsewhere")));
        using var chain = new TestChain().Endpoint("a", owner).Endpoint("b", backup);
        chain.Endpoints.Eject("a");

        var exception = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => AskAsync(chain.Client, row, streaming));

        Assert.Equal("a", exception.EndpointName);
        Assert.Equal(TimeSpan.FromSeconds(10), exception.RetryAfter);
        Assert.Equal("a", Assert.IsType<EndpointUnavailableException>(exception.InnerException).EndpointName);
        Assert.Empty(exception.Attempts);
        Assert.Equal((0, 0), (owner.Calls, backup.Calls));

        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("well", (await AskAsync(chain.Client, row, streaming)).Text);
        Assert.Equal(0, backup.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_knows_when_a_drained_endpoint_returns_with_its_state(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("well")).Endpoint("b", Script.Answer("elsewhere"));
        chain.Endpoints.Drain("a");

        var exception = await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => AskAsync(chain.Client, "conversation", streaming));

        Assert.Null(exception.RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_is_refused_for_its_state_takes_no_probes_place_elsewhere(bool streaming)
    {
        var probed = new FakeChatClient(Script.Answer("probe"));
        using var chain = new TestChain().Endpoint("a", Script.Answer("well")).Endpoint("b", probed);
        chain.Endpoints.Eject("b");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        chain.Endpoints.Eject("a");

        await Assert.ThrowsAsync<PinnedEndpointUnavailableException>(() => AskAsync(chain.Client, "conversation", streaming));
        var response = await chain.Client.AskAsync(streaming);

        Assert.Equal("probe", response.Text);
    }

    [Theory]
    [MemberData(nameof(FailureRows))]
    public async Task State_is_asked_of_its_endpoint_again_only_if_nothing_can_have_happened(string failure, bool streaming)
    {
        var (thrown, nothingHappened) = Failures[failure];
        var owner = new FakeChatClient(Script.Throw(thrown), Script.Answer("well"));
        var backup = new FakeChatClient(Script.Answer("elsewhere"));
        using var chain = Retrying(new TestChain().Endpoint("a", owner).Endpoint("b", backup));
        var isRetried = nothingHappened && failure != "401";

        var answer = AskAsync(chain.Client, "conversation", streaming);
        if (isRetried)
        {
            await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(5));
            chain.Clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal("well", (await answer).Text);
        }
        else
        {
            Assert.Same(thrown, await Assert.ThrowsAnyAsync<Exception>(() => answer));
        }

        Assert.Equal(isRetried ? 2 : 1, owner.Calls);
        Assert.Equal(0, backup.Calls);
    }

    [Theory]
    [MemberData(nameof(FailureRows))]
    public async Task Tools_that_act_go_elsewhere_only_if_nothing_can_have_happened(string failure, bool streaming)
    {
        var (thrown, nothingHappened) = Failures[failure];
        var backup = new FakeChatClient(Script.Answer("elsewhere"));
        using var chain = new TestChain().Endpoint("a", Script.Throw(thrown)).Endpoint("b", backup);
        var options = new ChatOptions { Tools = [Acting["mcp"]] };

        if (nothingHappened)
        {
            Assert.Equal("elsewhere", (await chain.Client.AskAsync(streaming, options: options)).Text);
        }
        else
        {
            var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming, options: options));
            Assert.Same(thrown, exception.InnerException);
            Assert.Equal("b", Assert.Single(exception.SkippedEndpoints).EndpointName);
            Assert.Equal(0, backup.Calls);
        }
    }

    [Theory]
    [MemberData(nameof(ActingRows))]
    public async Task Tools_that_act_are_not_run_again_after_a_timeout_anywhere(string tool, bool streaming)
    {
        var (first, backup) = (new FakeChatClient(Script.Hang()), new FakeChatClient(Script.Answer("elsewhere")));
        using var chain = Retrying(new TestChain().Endpoint("a", first).Endpoint("b", backup)).With(options =>
        {
            options.EndpointDefaults.Failures.FirstTokenTimeout.Retry = true;
            options.EndpointDefaults.Failures.ResponseTimeout.Retry = true;
        });

        var answer = chain.Client.AskAsync(streaming, options: new ChatOptions { Tools = [Acting[tool]] });
        chain.Clock.Advance(TimeSpan.FromMinutes(10));
        chain.Clock.Advance(TimeSpan.FromMinutes(10));
        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => answer);

        Assert.Equal(streaming ? FailureKind.FirstTokenTimeout : FailureKind.ResponseTimeout, Assert.Single(exception.Attempts).Kind);
        Assert.Equal((1, 0), (first.Calls, backup.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tools_that_run_in_the_app_or_only_look_keep_every_fallback(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Throw(new TimeoutException())).Endpoint("b", Script.Answer("elsewhere"));
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one"), new HostedWebSearchTool(), new HostedFileSearchTool()] };

        Assert.Equal("elsewhere", (await chain.Client.AskAsync(streaming, options: options)).Text);
    }

    [Fact]
    public async Task First_token_of_a_request_with_state_is_waited_for_as_at_the_last_endpoint()
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new Script().Wait(chain.Clock, TimeSpan.FromSeconds(45)).Text("well").Finish()).Endpoint("b", Script.Answer("elsewhere"));

        var answer = AskAsync(chain.Client, "conversation", streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal("well", (await answer).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chain_of_one_treats_state_as_any_request(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new HttpRequestException("500", inner: null, HttpStatusCode.InternalServerError)), Script.Answer("well"));
        using var chain = Retrying(new TestChain().Endpoint("a", client));

        var answer = AskAsync(chain.Client, "conversation", streaming);
        await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(5));
        chain.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(2, client.Calls);
    }

    [Fact]
    public async Task To_a_client_around_it_an_unavailable_owner_is_not_ill()
    {
        using var inner = new TestChain().Endpoint("a", Script.Answer("well")).Endpoint("b", Script.Answer("elsewhere"));
        inner.Endpoints.Eject("a");
        using var outer = new TestChain().Endpoint("inner", inner.Client, endpoint => endpoint.Ejection.ConsecutiveFailureThreshold = 1);

        await Assert.ThrowsAnyAsync<LlmResilienceException>(() => AskAsync(outer.Client, "conversation", streaming: false));

        Assert.Equal(EndpointState.Healthy, outer["inner"].State);
    }

    private static TestChain Retrying(TestChain chain) => chain.With(options =>
    {
        options.EndpointDefaults.Retry.MaxRetryAttempts = 1;
        options.EndpointDefaults.Failures.Unknown.Retry = true;
        options.EndpointDefaults.Failures.ResponseTimeout.Retry = true;
        options.EndpointDefaults.Failures.FirstTokenTimeout.Retry = true;
    });

    private static async Task<ChatResponse> AskAsync(ResilientChatClient client, string row, bool streaming)
    {
        var (messages, options) = Stateful[row];
        return streaming
            ? await client.GetStreamingResponseAsync(messages, options).ToChatResponseAsync(CancellationToken.None)
            : await client.GetResponseAsync(messages, options, CancellationToken.None);
    }

    private static ChatMessage User() => new(ChatRole.User, "hi");
}
