using LlmResilience.Tests.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Probing;

/// <summary>What probes find out, and what that does to the app's requests.</summary>
public sealed class ActiveProbeTests
{
    // One interval of 10 s with all of its jitter.
    private const int Interval = 11;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dead_endpoint_that_comes_back_is_serving_within_two_intervals_the_rest_of_its_ejection_and_the_ramp(bool streaming)
    {
        var server = new SwitchedClient { IsUp = false };
        using var chain = new ProbedChain().Endpoint("a", server).Endpoint("b", new FakeChatClient(Script.Answer("b")));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("b", (await chain.Client.AskAsync(streaming)).Text);
        }

        await chain.PassUntilAsync(() => chain["a"].State == EndpointState.Unhealthy);
        Assert.Equal("b", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(3, server.Chats);

        server.IsUp = true;
        var found = await chain.PassUntilAsync(() => chain["a"].State != EndpointState.Unhealthy);
        Assert.InRange(found, 10, 2 * Interval);

        // Its ejection is long over; a user's request finds it well.
        Assert.Equal(EndpointState.Probing, chain["a"].State);
        Assert.Equal("a", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
        await chain.PassAsync(30);
        Assert.Equal("a", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(EndpointState.Healthy, chain["a"].State);
    }

    [Fact]
    public async Task Where_probes_may_end_an_ejection_its_rest_is_not_waited_for()
    {
        var server = new SwitchedClient { IsUp = false };
        using var chain = new ProbedChain()
            .Endpoint("a", server, endpoint =>
            {
                endpoint.ActiveProbe.EndsEjection = true;
                endpoint.Ejection.BaseEjectionTime = TimeSpan.FromSeconds(300);
            })
            .Endpoint("b", new FakeChatClient(Script.Answer("b")));
        for (var i = 0; i < 3; i++)
        {
            await chain.Client.AskAsync(streaming: true);
        }

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        server.IsUp = true;

        Assert.InRange(await chain.PassUntilAsync(() => chain["a"].State == EndpointState.Ramping), 1, 2 * Interval);
        Assert.Equal(1, chain["a"].EjectionMultiplier);
        await chain.PassAsync(30);
        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wedged_endpoint_that_answers_probes_but_no_requests_stays_out(bool probesAlways)
    {
        var server = new SwitchedClient { IsWedged = true };
        using var chain = new ProbedChain()
            .Endpoint("a", server, endpoint =>
            {
                endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(1);
                endpoint.ActiveProbe.Scope = probesAlways ? ActiveProbeScope.All : ActiveProbeScope.Suspects;
            })
            .Endpoint("b", new FakeChatClient(Script.Answer("b")));

        var (before, asked) = (0, 0);
        for (var second = 0; second < 600; second++)
        {
            var asking = chain.Client.AskAsync(streaming: true);
            await chain.PassAsync(1);
            Assert.Equal("b", (await asking).Text);
            (before, asked) = second < 300 ? (server.Chats, asked) : (before, server.Chats - before);
        }

        // Good probes have ended no ejection and never made one shorter: k has grown all the same.
        Assert.True(chain["a"].EjectionMultiplier >= 5, $"k is {chain["a"].EjectionMultiplier}.");
        Assert.True(server.Probes > 20, $"{server.Probes} probes.");
        Assert.True(asked <= 5, $"{asked} requests in five minutes.");
    }

    [Fact]
    public async Task Probes_are_in_none_of_the_apps_statistics()
    {
        var server = new SwitchedClient { IsUp = false };
        using var chain = new ProbedChain().Endpoint("a", server, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);

        await chain.PassAsync(60);

        Assert.True(server.Probes >= 5);
        var seen = chain["a"];
        Assert.Equal((0, 0, 0, 0L, null), (seen.SampleCount, seen.ActiveAttempts, seen.AbandonedAttempts, seen.EjectionCount, seen.AverageTimeToFirstToken));
        Assert.Equal((EndpointState.Unhealthy, null), (seen.State, seen.LastFailure));
        server.IsUp = true;
        await chain.PassAsync(60);
        Assert.Equal((0, null, EndpointState.Healthy), (chain["a"].SampleCount, chain["a"].AverageTimeToFirstToken, chain["a"].State));
    }

    [Fact]
    public async Task Only_suspects_are_probed_and_none_that_is_drained_or_cools_down()
    {
        var servers = Enumerable.Range(0, 5).Select(_ => new SwitchedClient()).ToArray();
        var limited = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 290)));
        using var chain = new ProbedChain();
        for (var i = 0; i < servers.Length; i++)
        {
            chain.Endpoint($"{i}", servers[i]);
        }

        chain.Endpoint("limited", limited, endpoint =>
        {
            endpoint.Priority = 1;
            endpoint.PrependFailureClassifier(new RefusalClassifier());
        });
        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
        chain.Chain.Endpoints.Eject("1");
        servers[2].IsUp = false;
        foreach (var name in new[] { "0", "1", "3", "4" })
        {
            chain.Chain.Endpoints.Drain(name);
        }

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        Assert.Equal(EndpointState.CoolingDown, chain["limited"].State);
        chain.Chain.Endpoints.Restore("0");
        chain.Chain.Endpoints.Restore("1");
        chain.Chain.Endpoints.Eject("1");
        chain.Chain.Endpoints.Eject("4");
        await chain.PassAsync(100);

        Assert.Equal([false, true, true, false, false], servers.Select(server => server.Probes > 0));
        Assert.Equal(1, limited.Calls);
    }

    [Fact]
    public async Task One_that_failed_is_probed_until_it_has_done_well()
    {
        var server = new SwitchedClient { IsUp = false };
        using var chain = new ProbedChain().Endpoint("a", server).Endpoint("b", new FakeChatClient(Script.Answer("b")));
        await chain.Client.AskAsync(streaming: true);
        server.IsUp = true;

        await chain.PassAsync(2 * Interval);
        var probes = server.Probes;
        Assert.InRange(probes, 1, 3);
        await chain.Client.AskAsync(streaming: true);
        await chain.PassAsync(5 * Interval);

        Assert.Equal(probes, server.Probes);
    }

    [Theory]
    [InlineData(FailureKind.ServerError, 500, EndpointState.Unhealthy)]
    [InlineData(FailureKind.ConnectionFailed, null, EndpointState.Unhealthy)]
    [InlineData(FailureKind.Overloaded, 503, EndpointState.Unhealthy)]
    [InlineData(FailureKind.Unknown, null, EndpointState.Unhealthy)]
    [InlineData(FailureKind.RateLimited, 429, EndpointState.Healthy)]
    [InlineData(FailureKind.QuotaExhausted, 402, EndpointState.Healthy)]
    [InlineData(FailureKind.Unauthorized, 401, EndpointState.Healthy)]
    [InlineData(FailureKind.NotFound, 404, EndpointState.Healthy)]
    [InlineData(FailureKind.InvalidRequest, 400, EndpointState.Healthy)]
    [InlineData(FailureKind.InvalidRequest, null, EndpointState.Healthy)]
    public async Task What_says_nothing_of_its_health_does_not_take_it_out_nor_make_it_cool_down(FailureKind kind, int? status, EndpointState expected)
    {
        using var chain = new ProbedChain().Endpoint("a", new SwitchedClient(), endpoint => Probe(endpoint, () => new Failure(kind) { StatusCode = status }));

        await chain.PassAsync(4 * Interval);

        Assert.Equal((expected, null), (chain["a"].State, chain["a"].CoolDownReason));
    }

    [Theory]
    [InlineData(FailureKind.RateLimited, 429, EndpointState.Unhealthy)]
    [InlineData(FailureKind.Unauthorized, 401, EndpointState.Unhealthy)]
    [InlineData(FailureKind.InvalidRequest, null, EndpointState.Unhealthy)]
    [InlineData(FailureKind.InvalidRequest, 400, EndpointState.Healthy)]
    [InlineData(FailureKind.ContentFiltered, 400, EndpointState.Healthy)]
    public async Task What_says_nothing_does_not_let_it_back_in_but_a_refusal_of_the_probes_form_does(FailureKind kind, int? status, EndpointState expected)
    {
        var failure = new Failure(FailureKind.ServerError);
        using var chain = new ProbedChain().Endpoint("a", new SwitchedClient(), endpoint =>
        {
            endpoint.Ejection.RampUpDuration = TimeSpan.Zero;
            Probe(endpoint, () => failure);
        });
        await chain.PassUntilAsync(() => chain["a"].State == EndpointState.Unhealthy);

        failure = new Failure(kind) { StatusCode = status };
        await chain.PassAsync(4 * Interval);

        Assert.Equal(expected, chain["a"].State);
        if (expected == EndpointState.Unhealthy)
        {
            // Told after the probe's place is free.
            await Eventually.IsTrueAsync(IsTold);
        }
        else
        {
            Assert.False(IsTold());
        }

        bool IsTold() => chain.Chain.Logs.Entries.Any(entry => entry.Message.Contains("says neither that it is well", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_provider_that_says_how_long_to_wait_is_not_probed_before()
    {
        var probes = 0;
        using var chain = new ProbedChain().Endpoint("a", new SwitchedClient(), endpoint => Probe(endpoint, () =>
        {
            probes++;
            return new Failure(FailureKind.RateLimited) { RetryAfter = TimeSpan.FromSeconds(100) };
        }));

        await chain.PassAsync(95);

        Assert.Equal(1, probes);
    }

    [Fact]
    public async Task The_default_probe_is_a_short_chat_for_the_endpoints_own_model()
    {
        var client = new FakeChatClient(Script.Updates(new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Length }));
        using var chain = new ProbedChain().Endpoint("a", client, endpoint =>
        {
            endpoint.ModelId = "the-model";
            endpoint.ActiveProbe.Scope = ActiveProbeScope.All;
        });

        await chain.PassAsync(4 * Interval);

        // Nothing but the end of a limit: so a reasoning model answers that has spent it on its thoughts.
        Assert.Equal(EndpointState.Healthy, chain["a"].State);
        Assert.All(client.Received, call => Assert.Equal(("the-model", 16), (call.Options!.ModelId, call.Options.MaxOutputTokens)));
        Assert.Equal(client.Received.Count, client.Received.Select(call => call.Messages.Single().Text).Distinct().Count());
    }

    [Theory]
    [InlineData("internal_error", EndpointState.Unhealthy)]
    [InlineData("Refusal", EndpointState.Healthy)]
    public async Task An_error_inside_an_answer_is_no_answer_but_a_refusal_is(string code, EndpointState expected)
    {
        var client = new FakeChatClient(Script.Updates(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("no") { ErrorCode = code }])));
        using var chain = new ProbedChain().Endpoint("a", client, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);

        await chain.PassAsync(4 * Interval);

        Assert.Equal(expected, chain["a"].State);
    }

    [Fact]
    public async Task Good_probes_that_began_before_an_ejection_do_not_end_it()
    {
        var server = new SwitchedClient();
        using var chain = new ProbedChain().Endpoint("a", server, endpoint =>
        {
            endpoint.ActiveProbe.Scope = ActiveProbeScope.All;
            endpoint.ActiveProbe.EndsEjection = true;
            endpoint.Ejection.BaseEjectionTime = TimeSpan.FromSeconds(100);
        });
        await chain.PassAsync(5 * Interval);

        chain.Chain.Endpoints.Eject("a");
        var probes = server.Probes;
        await chain.PassUntilAsync(() => server.Probes > probes);
        Assert.Equal(EndpointState.Ejected, chain["a"].State);

        await chain.PassUntilAsync(() => server.Probes > probes + 1);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
    }

    private static void Probe(EndpointOptions endpoint, Func<Failure?> result)
    {
        endpoint.ActiveProbe.Scope = ActiveProbeScope.All;
        endpoint.PrependFailureClassifier(new FailureExceptionClassifier());
        endpoint.ActiveProbe.UseRequest((_, _) => result() is { } failure ? Task.FromException(new FailureException(failure)) : Task.CompletedTask);
    }

    private sealed class FailureException(Failure failure) : Exception
    {
        public Failure Failure { get; } = failure;
    }

    private sealed class FailureExceptionClassifier : FailureClassifier
    {
        public override Failure? Classify(Exception exception, FailureClassifierContext context) => (exception as FailureException)?.Failure;
    }
}
