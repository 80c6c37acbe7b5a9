using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.AllUnavailable;

/// <summary>Where ejections are ignored, by panic or because all are out: who is asked, and what the app is told of the others.</summary>
public sealed class LeniencyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_panic_who_was_not_reached_is_not_told_as_ejected(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Throw(new IOException())).Endpoint("b", Script.Answer("never"))
            .With(options => (options.PanicThreshold, options.MaxAttempts) = (0.5, 1));
        chain.Endpoints.Eject("a");
        chain.Endpoints.Eject("b");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal("a", Assert.Single(failed.Attempts).EndpointName);
        var skipped = Assert.Single(failed.SkippedEndpoints);
        Assert.Equal(("b", null), (skipped.EndpointName, skipped.Unavailable));
        Assert.Null(failed.RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_ejections_are_ignored_one_that_cools_down_is_told_as_that(bool streaming)
    {
        using var chain = Chain(AllUnavailableBehavior.IgnoreEjection, Script.Throw(new Refusal(FailureKind.RateLimited, 30)));
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(5));
        chain.Endpoints.Eject("a");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(EndpointState.CoolingDown, Assert.Single(failed.SkippedEndpoints).Unavailable!.State);
        Assert.Equal(TimeSpan.FromSeconds(25), failed.RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_asked_though_ejected_can_be_asked_again_at_once(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new IOException()));
        using var chain = Chain(AllUnavailableBehavior.IgnoreEjection, client);
        chain.Endpoints.Eject("a");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal((1, null), (client.Calls, failed.RetryAfter));
        Assert.Empty(failed.SkippedEndpoints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_found_ill_is_asked_only_if_nobody_else_is_left(bool streaming)
    {
        var (ill, ejected) = (new FakeChatClient(Script.Answer("ill")), new FakeChatClient(Script.Answer("ejected")));
        using var chain = Chain(AllUnavailableBehavior.IgnoreEjection, ill, ejected);
        FindIll(chain, "a");
        chain.Endpoints.Eject("b");

        Assert.Equal("ejected", (await chain.Client.AskAsync(streaming)).Text);
        chain.Endpoints.Drain("b");
        Assert.Equal("ill", (await chain.Client.AskAsync(streaming)).Text);

        Assert.Equal((EndpointState.Unhealthy, 0), (chain["a"].State, chain["a"].SampleCount));
        Assert.Equal((1, 1), (ill.Calls, ejected.Calls));
    }

    [Theory]
    [InlineData(AllUnavailableBehavior.OneAtATime)]
    [InlineData(AllUnavailableBehavior.FailFast)]
    public async Task Who_is_found_ill_is_left_alone_and_told_as_that(AllUnavailableBehavior behavior)
    {
        var client = new FakeChatClient(Script.Answer("never"));
        using var chain = Chain(behavior, client);
        chain.Endpoints.Eject("a");
        FindIll(chain, "a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));

        Assert.Equal((0, null), (client.Calls, failed.RetryAfter));
        Assert.Equal(EndpointState.Unhealthy, Assert.Single(failed.SkippedEndpoints).Unavailable!.State);
        Assert.Contains("active probes find it ill", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_is_woken_when_an_endpoint_is_found_well()
    {
        using var chain = Chain(AllUnavailableBehavior.Wait, new FakeChatClient(Script.Answer("back")));
        FindIll(chain, "a");

        var waiting = chain.Client.AskAsync(streaming: true);
        Assert.False(waiting.IsCompleted);
        chain.Client.Chain.Endpoints[0].Health.SetActive(isWell: true, endsEjection: false, 0);

        Assert.Equal("back", (await waiting).Text);
    }

    [Theory]
    [InlineData(AllUnavailableBehavior.IgnoreEjection, 0)]
    [InlineData(AllUnavailableBehavior.FailFast, 1)]
    public async Task Attempts_that_may_be_abandoned_are_bounded_where_ejections_are_ignored(AllUnavailableBehavior behavior, double panicThreshold)
    {
        var release = new TaskCompletionSource();
        using var chain = Chain(behavior, new FakeChatClient(Script.HangStubbornly(release.Task))).With(options => options.PanicThreshold = panicThreshold);
        chain.Endpoints.Eject("a");

        var asking = Enumerable.Range(0, 1500).Select(_ => chain.Client.AskAsync(streaming: true)).ToList();
        Assert.Equal(1000, chain["a"].ActiveAttempts);
        chain.Clock.Advance(TimeSpan.FromSeconds(60));
        foreach (var request in asking)
        {
            await Assert.ThrowsAsync<AllEndpointsFailedException>(() => request);
        }

        Assert.Equal((0, 1000), (chain["a"].ActiveAttempts, chain["a"].AbandonedAttempts));
        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        Assert.Contains("1000 abandoned attempts have not ended", failed.Message, StringComparison.Ordinal);
        release.SetResult();
    }

    private static void FindIll(TestChain chain, string endpoint)
        => chain.Client.Chain.Endpoints.Single(candidate => candidate.Name == endpoint).Health.SetActive(isWell: false, endsEjection: false, 0);

    private static TestChain Chain(AllUnavailableBehavior behavior, params FakeChatClient[] clients)
    {
        var chain = new TestChain().With(options => options.AllUnavailableBehavior = behavior);
        for (var i = 0; i < clients.Length; i++)
        {
            chain.Endpoint(((char)('a' + i)).ToString(), clients[i], endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()));
        }

        return chain;
    }

    private static TestChain Chain(AllUnavailableBehavior behavior, params Script[] scripts) => Chain(behavior, new FakeChatClient(scripts));
}
