using LlmResilience.Tests.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Chains;

/// <summary>Who is left to be asked, and what the last one is given.</summary>
public sealed class LastEndpointTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_only_endpoint_is_asked_again_beyond_its_ramps_share(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("probe"), Script.Throw(new IOException()), Script.Answer("again"));
        using var chain = new TestChain().Endpoint("a", client)
            .With(options => (options.EndpointDefaults.Retry.MaxRetryAttempts, options.EndpointDefaults.Retry.Delay) = (1, TimeSpan.Zero));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await chain.Client.AskAsync(streaming);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);

        Assert.Equal("again", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task Who_is_let_through_by_panic_counts_as_another_candidate()
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", Script.Answer("panic")).Endpoint("c", Script.Answer("never"))
            .With(options => (options.PanicThreshold, options.EndpointDefaults.Timeouts.FirstToken) = (0.5, TimeSpan.FromSeconds(1)));
        chain.Endpoints.Eject("b");
        chain.Endpoints.Eject("c");

        var asking = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("panic", (await asking).Text);
    }

    [Fact]
    public async Task Where_ejection_is_ignored_who_must_be_left_alone_is_no_candidate()
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(new Script().Wait(chain.Clock, TimeSpan.FromSeconds(2)).Text("a").Finish()), endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(1))
            .Endpoint("b", Script.Answer("drained"))
            .Endpoint("c", new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 60))), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()))
            .With(options => options.AllUnavailableBehavior = AllUnavailableBehavior.IgnoreEjection);
        chain.Endpoints.Drain("a");
        chain.Endpoints.Drain("b");
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        chain.Endpoints.Restore("a");
        chain.Endpoints.Eject("a");

        // Nobody else is left, so it is waited for.
        var asking = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("a", (await asking).Text);
    }

    [Fact]
    public async Task The_last_endpoint_is_given_longer_for_its_response_and_its_lateness_counts()
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(new Script().Wait(chain.Clock, TimeSpan.FromSeconds(299)).Text("long").Finish(), Script.Hang()));

        var asking = chain.Client.AskAsync(streaming: false);
        chain.Clock.Advance(TimeSpan.FromSeconds(120));
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(180));
        Assert.Equal((1, 1.0), (chain["a"].SampleCount, chain["a"].FailureRatio));
        chain.Clock.Advance(TimeSpan.FromSeconds(179));
        Assert.Equal("long", (await asking).Text);
        Assert.Equal(FailureKind.ResponseTimeout, chain["a"].LastFailure);

        var never = chain.Client.AskAsync(streaming: false);
        chain.Clock.Advance(TimeSpan.FromSeconds(120));
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(180));
        chain.Clock.Advance(TimeSpan.FromSeconds(180));
        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => never);
        Assert.Equal(TimeSpan.FromSeconds(300), Assert.IsType<ResponseTimeoutException>(failed.InnerException).Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_is_late_does_not_count_where_others_were_answered_meanwhile(bool hasOther)
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(Script.Hang(), Script.Answer("short")));
        if (hasOther)
        {
            chain.Endpoint("b", Script.Answer("other"));
        }

        var asking = chain.Client.AskAsync(streaming: false);
        chain.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("short", (await chain.Client.AskAsync(streaming: true)).Text);
        chain.Clock.Advance(TimeSpan.FromSeconds(60));
        if (hasOther)
        {
            Assert.Equal("other", (await asking).Text);
        }
        else
        {
            await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(180));
        }

        Assert.Null(chain["a"].LastFailure);
    }
}
