using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.Health;

/// <summary>What an operator sees of an endpoint that has more than one thing the matter with it.</summary>
public sealed class EndpointStateTests
{
    [Theory]
    [InlineData(EndpointState.Healthy, false, false, EndpointState.Healthy)]
    [InlineData(EndpointState.Ramping, false, false, EndpointState.Ramping)]
    [InlineData(EndpointState.Probing, false, false, EndpointState.Probing)]
    [InlineData(EndpointState.Ejected, false, false, EndpointState.Ejected)]
    [InlineData(EndpointState.Healthy, true, false, EndpointState.CoolingDown)]
    [InlineData(EndpointState.Ramping, true, false, EndpointState.CoolingDown)]
    [InlineData(EndpointState.Probing, true, false, EndpointState.CoolingDown)]
    [InlineData(EndpointState.Ejected, true, false, EndpointState.Ejected)]
    [InlineData(EndpointState.Healthy, false, true, EndpointState.Drained)]
    [InlineData(EndpointState.Ramping, false, true, EndpointState.Drained)]
    [InlineData(EndpointState.Probing, false, true, EndpointState.Drained)]
    [InlineData(EndpointState.Ejected, false, true, EndpointState.Drained)]
    [InlineData(EndpointState.Healthy, true, true, EndpointState.Drained)]
    [InlineData(EndpointState.Ramping, true, true, EndpointState.Drained)]
    [InlineData(EndpointState.Probing, true, true, EndpointState.Drained)]
    [InlineData(EndpointState.Ejected, true, true, EndpointState.Drained)]
    public async Task The_strongest_reason_is_shown(EndpointState phase, bool coolsDown, bool isDrained, EndpointState shown)
    {
        using var chain = Chain(phase == EndpointState.Ramping ? [Script.Answer("a"), RateLimited] : [RateLimited]);
        if (phase is EndpointState.Probing or EndpointState.Ramping)
        {
            chain.Endpoints.Eject("a");
            chain.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        if (phase == EndpointState.Ramping)
        {
            await chain.Client.AskAsync(streaming: true);
        }

        if (coolsDown)
        {
            await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        }

        if (phase == EndpointState.Ejected)
        {
            chain.Endpoints.Eject("a");
        }

        if (isDrained)
        {
            chain.Endpoints.Drain("a");
        }

        Assert.Equal(shown, chain["a"].State);
        Assert.Equal(phase == EndpointState.Ejected, chain["a"].EjectedUntil > chain.Clock.GetUtcNow());
        Assert.Equal(coolsDown ? FailureKind.RateLimited : null, chain["a"].CoolDownReason);
        Assert.Equal(shown is EndpointState.Healthy or EndpointState.Ramping or EndpointState.Probing, chain["a"].IsAvailable);
    }

    [Fact]
    public async Task As_the_strongest_reason_ends_the_next_one_is_shown()
    {
        using var chain = Chain(RateLimited, Script.Answer("a"));
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        chain.Endpoints.Eject("a");
        Assert.Equal(EndpointState.Ejected, chain["a"].State);

        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(EndpointState.CoolingDown, chain["a"].State);
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(EndpointState.Probing, chain["a"].State);
        await chain.Client.AskAsync(streaming: true);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(EndpointState.Healthy, chain["a"].State);
    }

    [Fact]
    public async Task Panic_counts_drained_and_cooling_endpoints_as_healthy_until_they_are_ejected_as_well()
    {
        using var chain = Chain(RateLimited).Endpoint("b", Script.Answer("b")).Endpoint("c", Script.Answer("c"))
            .With(options => options.PanicThreshold = 0.5)
            .With(options => options.AllUnavailableBehavior = AllUnavailableBehavior.FailFast);
        await chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Drain("b");
        chain.Endpoints.Eject("c");
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));

        chain.Endpoints.Eject("a");
        Assert.Equal("c", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    private static TestChain Chain(params Script[] scripts)
        => new TestChain().Endpoint("a", new FakeChatClient(scripts), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()));

    private static Script RateLimited => Script.Throw(new Refusal(FailureKind.RateLimited, 20));
}
