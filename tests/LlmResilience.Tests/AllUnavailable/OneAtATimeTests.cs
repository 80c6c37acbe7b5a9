using LlmResilience.Tests.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.AllUnavailable;

/// <summary>The one request that probes an ejected endpoint ahead of time while all are unavailable.</summary>
public sealed class OneAtATimeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_first_token_ends_the_ejection_at_once_through_the_ramp_and_k_stays(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("well"));
        chain.Endpoints.Eject("a");

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);

        Assert.Equal((EndpointState.Ramping, 1), (chain["a"].State, chain["a"].EjectionMultiplier));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_failure_changes_nothing_but_frees_the_place(bool streaming)
    {
        var ill = new FakeChatClient(Script.Throw(new IOException()));
        using var chain = new TestChain().Endpoint("a", ill);
        chain.Endpoints.Eject("a");
        var until = chain["a"].EjectedUntil;

        for (var i = 0; i < 3; i++)
        {
            var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
            Assert.Equal(FailureKind.ConnectionFailed, Assert.Single(failed.Attempts).Kind);
        }

        Assert.Equal(3, ill.Calls);
        Assert.Equal((EndpointState.Ejected, 1, until), (chain["a"].State, chain["a"].EjectionMultiplier, chain["a"].EjectedUntil));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancel_and_the_requests_own_fault_free_the_place(bool streaming)
    {
        var client = new FakeChatClient(Script.Hang(), Script.Throw(new ArgumentException("the app's fault")), Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", client);
        chain.Endpoints.Eject("a");
        using var app = new CancellationTokenSource();

        var canceled = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        await Assert.ThrowsAsync<ArgumentException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task It_holds_the_place_until_its_stream_ends_and_the_others_are_told_when_to_come_back()
    {
        var end = new TaskCompletionSource();
        var first = new FakeChatClient(new Script().Text("one").Then((_, _) => end.Task).Finish());
        var second = new FakeChatClient(Script.Answer("two"));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", second);
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(1));
        chain.Endpoints.Eject("b");
        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        chain.Endpoints.Drain("a");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        Assert.Equal((0, TimeSpan.FromSeconds(10)), (second.Calls, failed.RetryAfter));
        end.SetResult();
        while (await stream.MoveNextAsync())
        {
        }

        Assert.Equal("two", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task A_stream_that_is_broken_off_frees_the_place()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one").ThenHang()).Endpoint("b", Script.Answer("two"));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(1));
        chain.Endpoints.Eject("b");
        await foreach (var update in chain.Client.GetStreamingResponseAsync("hi"))
        {
            break;
        }

        chain.Endpoints.Drain("a");

        Assert.Equal("two", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task A_stream_that_stalls_after_its_first_token_counts_and_frees_the_place()
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(new Script().Text("one").ThenHang(), Script.Answer("two")), endpoint =>
        {
            endpoint.Timeouts.BetweenTokens = TimeSpan.FromSeconds(1);
            endpoint.Ejection.ConsecutiveFailureThreshold = 1;
        });
        chain.Endpoints.Eject("a");

        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<StreamStalledException>((await collecting).Exception);
        Assert.Equal((EndpointState.Ejected, 2), (chain["a"].State, chain["a"].EjectionMultiplier));
        Assert.Equal("two", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_never_asks_an_endpoint_that_cools_down_or_is_drained(bool streaming)
    {
        var limited = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 30)));
        var drained = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain()
            .Endpoint("a", limited, endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()))
            .Endpoint("b", drained)
            .Endpoint("c", Script.Answer("ejected"));
        chain.Endpoints.Drain("b");
        chain.Endpoints.Drain("c");
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
        chain.Endpoints.Eject("a");
        chain.Endpoints.Eject("b");
        chain.Endpoints.Restore("c");
        chain.Endpoints.Eject("c");

        Assert.Equal("ejected", (await chain.Client.AskAsync(streaming)).Text);

        Assert.Equal((1, 0), (limited.Calls, drained.Calls));
    }

    [Fact]
    public async Task What_somebody_else_decided_meanwhile_stays_decided()
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(new Script().Then((_, _) => release.Task).Text("late").Finish()));
        chain.Endpoints.Eject("a");

        var early = chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Restore("a");
        chain.Endpoints.Eject("a");
        release.SetResult();

        Assert.Equal("late", (await early).Text);
        Assert.Equal(EndpointState.Ejected, chain["a"].State);
    }
}
