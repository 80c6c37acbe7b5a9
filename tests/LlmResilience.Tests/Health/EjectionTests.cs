using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Health;

/// <summary>An endpoint's way out of rotation and back, as an app sees it.</summary>
public sealed class EjectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_that_keeps_failing_is_no_longer_asked(bool streaming)
    {
        var ill = new FakeChatClient(Script.Throw(new IOException()));
        using var chain = Chain(ill);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        }

        Assert.Equal(3, ill.Calls);
        var health = chain["a"];
        Assert.Equal(EndpointState.Ejected, health.State);
        Assert.Equal(EjectionReason.ConsecutiveFailures, health.EjectionReason);
        Assert.Equal(1, health.EjectionMultiplier);
        Assert.Equal(chain.Clock.GetUtcNow().AddSeconds(10), health.EjectedUntil);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_of_the_samples_failing_ejects(bool streaming)
    {
        var flaky = new FakeChatClient(Script.Answer("a"), Script.Answer("a"), Script.Throw(new IOException()), Script.Answer("a"), Script.Throw(new IOException()), Script.Throw(new IOException()));
        using var chain = Chain(flaky);

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(EndpointState.Healthy, chain["a"].State);
            await chain.Client.AskAsync(streaming);
        }

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal(EjectionReason.FailureRatio, chain["a"].EjectionReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_its_time_one_request_probes_while_the_others_go_elsewhere(bool streaming)
    {
        var probe = new TaskCompletionSource();
        var client = new FakeChatClient(new Script().Then((_, _) => probe.Task).Text("a").Finish());
        using var chain = Chain(client);
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        var probing = chain.Client.AskAsync(streaming);
        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(EndpointState.Probing, chain["a"].State);
        probe.SetResult();

        Assert.Equal("a", (await probing).Text);
        Assert.Equal(1, client.Calls);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
        Assert.Equal(1, chain["a"].EjectionMultiplier);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failed_probe_ejects_for_longer_and_its_request_goes_on(bool streaming)
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new IOException())));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal(2, chain["a"].EjectionMultiplier);
        Assert.Equal(TimeSpan.FromSeconds(20), chain["a"].EjectionDuration);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_probe_gives_its_place_back(bool streaming)
    {
        using var chain = Chain(new FakeChatClient(Script.Hang(), Script.Answer("a")));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        using var app = new CancellationTokenSource();

        var probing = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        Assert.False(chain["a"].IsAvailable);
        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing);

        Assert.True(chain["a"].IsAvailable);
        Assert.Equal(1, chain["a"].EjectionMultiplier);
        Assert.Equal("a", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task A_probe_that_hangs_does_not_block_the_endpoint_for_ever()
    {
        var never = new TaskCompletionSource();
        using var chain = Chain(new FakeChatClient(Script.HangStubbornly(never.Task), Script.Answer("a")), endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(1));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        var probing = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("backup", (await probing).Text);
        Assert.Equal(2, chain["a"].EjectionMultiplier);
        chain.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task A_probe_is_decided_at_its_first_token_and_a_later_stall_still_counts()
    {
        using var chain = Chain(new FakeChatClient(new Script().Text("one").ThenHang()), endpoint => endpoint.Timeouts.BetweenTokens = TimeSpan.FromSeconds(1));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
        Assert.Equal(0, chain["a"].SampleCount);
        var next = stream.MoveNextAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<StreamStalledException>(() => next.AsTask());
        Assert.Equal(1, chain["a"].SampleCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_that_is_back_is_given_a_growing_share(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("a"));
        using var chain = Chain(client);
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await chain.Client.AskAsync(streaming);

        Assert.Equal(0.1, chain["a"].AdmittedRatio, 3);
        Assert.Equal(10, await AskAsync(100));
        chain.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(0.5, chain["a"].AdmittedRatio, 3);
        Assert.Equal(50, await AskAsync(100));
        chain.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(EndpointState.Healthy, chain["a"].State);
        Assert.Equal(100, await AskAsync(100));

        async Task<int> AskAsync(int times)
        {
            var before = client.Calls;
            for (var i = 0; i < times; i++)
            {
                await chain.Client.AskAsync(streaming);
            }

            return client.Calls - before;
        }
    }

    [Fact]
    public async Task A_result_from_before_the_ejection_decides_nothing()
    {
        var release = new TaskCompletionSource();
        using var chain = Chain(new FakeChatClient(new Script().Then((_, _) => release.Task).Text("late").Finish(), Script.Throw(new IOException())));

        var late = chain.Client.AskAsync(streaming: true);
        for (var i = 0; i < 5; i++)
        {
            await chain.Client.AskAsync(streaming: true);
        }

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        release.SetResult();

        Assert.Equal("late", (await late).Text);
        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal(1, chain["a"].EjectionMultiplier);
    }

    [Fact]
    public async Task The_cap_keeps_a_share_of_the_chain_in_rotation()
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(new IOException())).Endpoint("b", Script.Throw(new IOException()))
            .With(options => options.MaxEjectedRatio = 0.5);

        for (var i = 0; i < 8; i++)
        {
            await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        }

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal(EndpointState.Healthy, chain["b"].State);
    }

    private static TestChain Chain(FakeChatClient first, Action<EndpointOptions>? configure = null)
        => new TestChain().Endpoint("a", first, configure).Endpoint("b", Script.Answer("backup"));
}
