using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.AllUnavailable;

/// <summary>What a request does when every endpoint is out.</summary>
public sealed class AllUnavailableTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneAtATime_lets_one_request_at_a_time_through_to_what_returns_soonest(bool streaming)
    {
        var release = new TaskCompletionSource();
        var later = new FakeChatClient(Script.Answer("never"));
        var sooner = new FakeChatClient(new Script().Then((_, _) => release.Task).Text("trickled").Finish());
        using var chain = Chain(AllUnavailableBehavior.OneAtATime, later, sooner);
        chain.Endpoints.Eject("b");
        chain.Clock.Advance(TimeSpan.FromSeconds(3));
        chain.Endpoints.Eject("a");

        var first = chain.Client.AskAsync(streaming);
        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
        release.SetResult();

        Assert.Equal("trickled", (await first).Text);
        Assert.Equal(0, later.Calls);
        Assert.Equal(TimeSpan.FromSeconds(7), failed.RetryAfter);

        // Its first token has ended the ejection: the next ones may go, too.
        Assert.Equal(EndpointState.Healthy, chain["b"].State);
        Assert.Equal("trickled", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(2, sooner.Calls);
    }

    [Theory]
    [InlineData(AllUnavailableBehavior.OneAtATime)]
    [InlineData(AllUnavailableBehavior.FailFast)]
    [InlineData(AllUnavailableBehavior.IgnoreEjection)]
    public async Task Endpoints_that_asked_to_be_left_alone_are(AllUnavailableBehavior whenAllOut)
    {
        var limited = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 30)));
        using var chain = new TestChain().Endpoint("a", limited, endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()))
            .With(options => options.AllUnavailableBehavior = whenAllOut);
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        Assert.Equal(1, limited.Calls);
        Assert.Equal(TimeSpan.FromSeconds(30), failed.RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailFast_fails_at_once_and_says_when_to_come_back(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("never"));
        using var chain = Chain(AllUnavailableBehavior.FailFast, client);
        chain.Endpoints.Eject("a");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(0, client.Calls);
        Assert.Equal(TimeSpan.FromSeconds(10), failed.RetryAfter);
        Assert.Contains("ejected by Manual for 10 more s, k = 1", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ignore_asks_as_if_nothing_were_ejected(bool streaming)
    {
        using var chain = Chain(AllUnavailableBehavior.IgnoreEjection, new FakeChatClient(Script.Throw(new IOException())), new FakeChatClient(Script.Answer("well")));
        chain.Endpoints.Eject("a");
        chain.Endpoints.Eject("b");

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(EndpointState.Ejected, chain["b"].State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_waits_for_the_earliest_return_in_the_order_of_arrival(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("back"));
        using var chain = Chain(AllUnavailableBehavior.Wait, client);
        chain.Endpoints.Eject("a");

        var first = chain.Client.AskAsync(streaming, prompt: "first");
        var second = chain.Client.AskAsync(streaming, prompt: "second");
        chain.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(first.IsCompleted);
        Assert.Equal(0, client.Calls);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("back", (await first).Text);
        Assert.Equal("back", (await second).Text);
        Assert.Equal(["first", "second"], client.Received.Select(call => call.Messages[0].Text));
    }

    [Fact]
    public async Task Wait_wakes_when_the_operator_restores_an_endpoint()
    {
        using var chain = Chain(AllUnavailableBehavior.Wait, new FakeChatClient(Script.Answer("back")));
        chain.Endpoints.Drain("a");

        var waiting = chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Restore("a");

        Assert.Equal("back", (await waiting).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_does_not_begin_where_the_deadline_is_earlier(bool streaming)
    {
        using var chain = Chain(AllUnavailableBehavior.Wait, new FakeChatClient(Script.Answer("never"))).With(options => options.RequestTimeout = TimeSpan.FromSeconds(9));
        chain.Endpoints.Eject("a");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(TimeSpan.FromSeconds(10), failed.RetryAfter);
    }

    [Fact]
    public async Task Waiting_ends_with_the_deadline_and_with_the_apps_cancel()
    {
        using var chain = Chain(AllUnavailableBehavior.Wait, new FakeChatClient(Script.Answer("never"))).With(options => options.RequestTimeout = TimeSpan.FromSeconds(9));
        chain.Endpoints.Drain("a");
        using var app = new CancellationTokenSource();

        var cancelled = chain.Client.AskAsync(streaming: true, cancellationToken: app.Token);
        var inTime = chain.Client.AskAsync(streaming: true);
        await app.CancelAsync();
        Assert.Equal(app.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled)).CancellationToken);
        chain.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Null((await Assert.ThrowsAsync<AllEndpointsFailedException>(() => inTime)).RetryAfter);
    }

    private static TestChain Chain(AllUnavailableBehavior whenAllOut, params FakeChatClient[] clients)
    {
        var chain = new TestChain().With(options => options.AllUnavailableBehavior = whenAllOut);
        for (var i = 0; i < clients.Length; i++)
        {
            chain.Endpoint(((char)('a' + i)).ToString(), clients[i], endpoint => endpoint.Ejection.RampUpDuration = TimeSpan.Zero);
        }

        return chain;
    }
}
