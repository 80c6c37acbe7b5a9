using LlmResilience.Endpoints;
using LlmResilience.LoadBalancing;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>Of two at random, the one with less to bear.</summary>
public sealed class TwoChoicesTests
{
    [Fact]
    public void Every_pair_is_drawn_alike()
    {
        var pairs = from first in Enumerable.Range(0, 5) from second in Enumerable.Range(0, 4) select TwoChoices.Pair(first, second);

        Assert.Equal(20, pairs.Distinct().Count());
        Assert.DoesNotContain(pairs, pair => pair.First == pair.Second || pair.Second > 4);
    }

    [Fact]
    public void The_one_with_fewer_requests_in_flight_is_taken()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LeastActive, 1, 1);
        chain.Find("a").Load.Begin();

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("b", chain.Choose()));
    }

    [Fact]
    public void Requests_in_flight_count_for_the_weight()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LeastActive, 4, 1);
        Begin(chain.Find("a"), 2);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("a", chain.Choose()));

        Begin(chain.Find("a"), 2);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("b", chain.Choose()));
    }

    [Fact]
    public void Idle_endpoints_are_taken_alike()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LeastActive, 1, 1, 1, 1);

        var counts = Enumerable.Range(0, 4000).Select(_ => chain.Choose()).Tally();

        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void The_few_that_are_left_of_many_are_taken_alike()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LeastActive, [.. Enumerable.Repeat(1, 200)]);
        for (var i = 0; i < 195; i++)
        {
            chain.Endpoints.Drain(Choices.NameOf(i));
        }

        var counts = Enumerable.Range(0, 2000).Select(_ => chain.Choose()).Tally();

        Assert.Equal(5, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 300, 500));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_faster_one_is_taken_until_its_requests_in_flight_outweigh_that(bool streaming)
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LowestLatency, 1, 1);
        Took(chain, "a", 1000, streaming);
        Took(chain, "b", 350, streaming);
        Begin(chain.Find("b"), 1);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("b", chain.Choose(isStreaming: streaming)));

        Begin(chain.Find("b"), 1);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("a", chain.Choose(isStreaming: streaming)));
    }

    [Fact]
    public void Streams_and_whole_responses_are_compared_apart()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LowestLatency, 1, 1);
        Took(chain, "a", 500, streaming: true);
        Took(chain, "b", 100, streaming: true);
        Took(chain, "a", 9000, streaming: false);
        Took(chain, "b", 20_000, streaming: false);

        Assert.Equal("b", chain.Choose(isStreaming: true));
        Assert.Equal("a", chain.Choose(isStreaming: false));
    }

    [Fact]
    public void A_new_endpoint_begins_with_the_median_of_its_group()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LowestLatency, 1, 1, 1, 1);
        Took(chain, "a", 100);
        Took(chain, "b", 200);
        Took(chain, "c", 900);
        chain.Endpoints.Drain("b");
        chain.Endpoints.Drain("c");

        Assert.Equal("a", chain.Choose());

        Assert.Equal(200, LatencyOf(chain, "d").GetValueOrDefault(), 1.0);
    }

    [Fact]
    public void A_returning_endpoint_begins_with_the_median_and_not_with_what_it_was()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LowestLatency, 1, 1, 1);
        _ = chain.Client;
        Took(chain, "a", 1);
        chain.BringBack("a");
        Assert.Null(LatencyOf(chain, "a"));
        Took(chain, "b", 400);
        Took(chain, "c", 600);
        chain.Endpoints.Drain("c");

        chain.Choose();

        Assert.Equal(500, LatencyOf(chain, "a").GetValueOrDefault(), 1.0);
    }

    [Theory]
    [InlineData(LoadBalancingPolicy.LeastActive)]
    [InlineData(LoadBalancingPolicy.LowestLatency)]
    public void A_returning_endpoint_does_not_win_every_comparison_since_it_is_idle(LoadBalancingPolicy policy)
    {
        using var chain = Choices.ChainOf(policy, 1, 1);
        chain.BringBack("a");
        Begin(chain.Find("b"), 5);

        // At a tenth of its weight even nothing in flight is as much as nine beside it.
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("b", chain.Choose()));
    }

    [Theory]
    [InlineData(LoadBalancingPolicy.LeastActive)]
    [InlineData(LoadBalancingPolicy.LowestLatency)]
    public void A_ramping_endpoint_has_no_more_in_flight_than_its_ramps_share_of_the_average(LoadBalancingPolicy policy)
    {
        using var chain = Choices.ChainOf(policy, 1, 1);
        chain.BringBack("a");
        var (returning, well) = (chain.Find("a"), chain.Find("b"));
        Begin(well, 60);

        for (var i = 0; i < 40; i++)
        {
            chain.Find(chain.Choose()!).Load.Begin();
            Assert.True(returning.Load.InFlight <= Math.Ceiling(0.1 * (returning.Load.InFlight + well.Load.InFlight) / 2));
        }

        Assert.InRange(returning.Load.InFlight, 3, 5);

        // Beyond it, it is taken if nobody else is left.
        chain.Endpoints.Drain("b");
        Assert.Equal("a", chain.Choose());
    }

    [Fact]
    public void The_ramp_counts_once()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LeastActive, 1, 1, 1, 1);
        chain.With(options => options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.FromSeconds(100));
        chain.BringBack("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(50));

        for (var i = 0; i < 350; i++)
        {
            chain.Find(chain.Choose()!).Load.Begin();
        }

        // A half beside three whole ones is a seventh; twice counted it would be a thirteenth. The bound is half of a quarter.
        Assert.InRange(chain.Find("a").Load.InFlight, 40, 50);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_that_comes_at_once_counts_as_a_slow_answer(bool streaming)
    {
        var throttled = new HttpRequestException("busy", inner: null, System.Net.HttpStatusCode.TooManyRequests);
        var client = new FakeChatClient(Script.Throw(throttled));
        using var chain = new TestChain().With(options => options.LoadBalancing = LoadBalancingPolicy.LowestLatency)
            .Endpoint("a", client).Endpoint("b", Script.Answer("b"));
        for (var i = 0; i < 30 && client.Calls == 0; i++)
        {
            // Neither has an average, or both have the same: it is drawn one day.
            Assert.Equal("b", (await chain.Client.AskAsync(streaming)).Text);
        }

        Assert.Equal(5000, LatencyOf(chain, "a", streaming).GetValueOrDefault(), 1.0);
    }

    [Fact]
    public async Task A_stream_that_breaks_counts_as_a_slow_one_however_long_it_was()
    {
        using var chain = new TestChain();
        chain.With(options => options.LoadBalancing = LoadBalancingPolicy.LowestLatency)
            .Endpoint("a", new Script().Text("a").Wait(chain.Clock, TimeSpan.FromSeconds(20)).ThenThrow(new IOException()))
            .Endpoint("b", Script.Answer("b"));
        chain.Endpoints.Drain("b");

        var reading = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.IsType<StreamInterruptedException>((await reading).Exception);

        Assert.Equal(5000, LatencyOf(chain, "a").GetValueOrDefault(), 1.0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_app_cancels_says_nothing_about_how_fast_an_endpoint_is(bool streaming)
    {
        using var chain = new TestChain().With(options => options.LoadBalancing = LoadBalancingPolicy.LowestLatency)
            .Endpoint("a", Script.Hang()).Endpoint("b", Script.Hang());
        using var canceled = new CancellationTokenSource();

        var answer = chain.Client.AskAsync(streaming, cancellationToken: canceled.Token);
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);

        Assert.Null(LatencyOf(chain, "a", streaming) ?? LatencyOf(chain, "b", streaming));
    }

    [Fact]
    public async Task A_first_token_that_did_not_come_in_time_would_have_taken_so_long_at_least()
    {
        using var chain = new TestChain().With(options =>
            {
                options.LoadBalancing = LoadBalancingPolicy.LowestLatency;
                options.EndpointDefaults.Timeouts.FirstToken = options.EndpointDefaults.Timeouts.FirstTokenAtLastEndpoint = TimeSpan.FromSeconds(20);
            })
            .Endpoint("a", Script.Hang()).Endpoint("b", Script.Hang());

        var answer = chain.Client.AskAsync(streaming: true);
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(20));
        chain.Clock.Advance(TimeSpan.FromSeconds(20));
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(20));

        Assert.Contains(new[] { LatencyOf(chain, "a"), LatencyOf(chain, "b") }, latency => latency is > 19_900 and <= 20_000);
        chain.Clock.Advance(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_probes_own_time_is_none_that_a_returning_endpoint_begins_with(bool streaming)
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LowestLatency, 1, 1);
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(chain["a"].EjectionDuration!.Value);
        while (chain["a"].State == EndpointState.Probing)
        {
            await chain.Client.AskAsync(streaming);
        }

        Assert.Null(LatencyOf(chain, "a", streaming));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_the_requests_own_fault_says_nothing_about_how_fast_an_endpoint_is(bool streaming)
    {
        var refusal = new HttpRequestException("bad", inner: null, System.Net.HttpStatusCode.BadRequest);
        using var chain = new TestChain().With(options => options.LoadBalancing = LoadBalancingPolicy.LowestLatency)
            .Endpoint("a", Script.Throw(refusal)).Endpoint("b", Script.Throw(refusal));

        await Assert.ThrowsAsync<HttpRequestException>(() => chain.Client.AskAsync(streaming));

        Assert.Null(LatencyOf(chain, "a", streaming));
        Assert.Null(LatencyOf(chain, "b", streaming));
    }

    [Fact]
    public async Task A_long_prompt_is_allowed_its_time()
    {
        using var chain = new TestChain();
        chain.With(options => options.LoadBalancing = LoadBalancingPolicy.LowestLatency)
            .Endpoint("a", new Script().Wait(chain.Clock, TimeSpan.FromSeconds(3)).Text("a").Finish())
            .Endpoint("b", Script.Answer("b"));
        chain.Endpoints.Drain("b");

        var answer = chain.Client.AskAsync(streaming: true, prompt: new string('x', 16_000));
        chain.Clock.Advance(TimeSpan.FromSeconds(3));
        await answer;

        // 4,000 tokens of prompt: three times what a short one takes.
        Assert.Equal(1000, LatencyOf(chain, "a").GetValueOrDefault(), 1.0);
    }

    [Fact]
    public async Task Nothing_is_recorded_where_no_balancer_reads_it()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.LeastActive, 1, 1);

        await chain.Client.AskAsync(streaming: true);

        Assert.All(chain.Client.Chain.Endpoints, endpoint => Assert.False(endpoint.Load.Latency.IsRead));
        Assert.Null(LatencyOf(chain, "a") ?? LatencyOf(chain, "b"));
    }

    private static void Begin(Endpoint endpoint, int attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            endpoint.Load.Begin();
        }
    }

    private static void Took(TestChain chain, string name, double milliseconds, bool streaming = true)
    {
        var endpoint = chain.Find(name);
        endpoint.Load.Latency.Add(streaming, milliseconds, endpoint.Health.Generation, chain.Now());
    }

    private static double? LatencyOf(TestChain chain, string name, bool streaming = true)
    {
        var endpoint = chain.Find(name);
        return endpoint.Load.Latency.TryRead(streaming, endpoint.Health.Generation, chain.Now(), out var milliseconds) ? milliseconds : null;
    }
}
