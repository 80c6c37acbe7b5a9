using LlmResilience.LoadBalancing;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>Each endpoint has its turn as often as its weight says.</summary>
public sealed class RoundRobinTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoints_take_turns_smoothly_by_their_weights(bool streaming)
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.RoundRobin, 5, 1, 1);

        List<string> answers = [];
        for (var i = 0; i < 14; i++)
        {
            answers.Add((await chain.Client.AskAsync(streaming)).Text);
        }

        Assert.Equal("aabacaaaabacaa", string.Concat(answers));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_whose_turn_fails_goes_on_to_the_others(bool streaming)
    {
        using var chain = new TestChain().With(options => options.LoadBalancing = LoadBalancingPolicy.RoundRobin)
            .Endpoint("a", Script.Throw(new IOException())).Endpoint("b", Script.Answer("b")).Endpoint("c", Script.Answer("c"));

        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add((await chain.Client.AskAsync(streaming)).Text);
        }

        Assert.Equal(2, answers.Count(answer => answer == "b"));
        Assert.Equal(2, answers.Count(answer => answer == "c"));
    }

    [Fact]
    public void What_an_absent_endpoint_does_not_take_is_spread_evenly()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.RoundRobin, 1, 1, 1, 1);
        chain.Endpoints.Drain("b");

        var counts = Enumerable.Range(0, 1200).Select(_ => chain.Choose()).Tally();

        Assert.Equal(3, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 398, 402));
    }

    [Fact]
    public void What_an_absent_endpoint_does_not_take_is_spread_by_weight()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.RoundRobin, 4, 3, 1);
        chain.Endpoints.Drain("a");

        var counts = Enumerable.Range(0, 800).Select(_ => chain.Choose()).Tally();

        Assert.InRange(counts["b"], 595, 605);
        Assert.InRange(counts["c"], 195, 205);
    }

    [Fact]
    public void An_endpoint_that_ramps_has_its_weight_times_the_ramp_and_no_less()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.RoundRobin, 1, 1);
        chain.With(options => options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.FromSeconds(60));
        chain.BringBack("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(30));

        var counts = Enumerable.Range(0, 900).Select(_ => chain.Choose()).Tally();

        // A half beside a whole one is a third.
        Assert.InRange(counts["a"], 298, 302);
    }

    [Fact]
    public void Somebody_who_is_there_is_found_behind_many_who_are_not()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.RoundRobin, [.. Enumerable.Range(0, 100).Select(i => i == 70 ? 1 : 50)]);
        for (var i = 0; i < 100; i++)
        {
            if (i != 70)
            {
                chain.Endpoints.Drain(Choices.NameOf(i));
            }
        }

        Assert.All(Enumerable.Range(0, 500), _ => Assert.Equal("e70", chain.Choose()));
    }

    [Fact]
    public void Weights_that_would_make_a_round_too_long_are_rounded()
    {
        int[] weights = [.. Enumerable.Range(1, 1000)];

        var order = RoundRobin.Order(weights);

        Assert.InRange(order.Length, 3500, 5200);
        Assert.Equal(1000, order.Distinct().Count());
        Assert.InRange(order.Count(place => place == 999) / (double)order.Length, 0.9 * 1000 / 500_500, 1.1 * 1000 / 500_500);
        Assert.Equal([1, 0, 1], RoundRobin.Order([500, 1000]));
    }

    [Fact]
    public void Many_threads_share_the_turns_evenly()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.RoundRobin, 2, 1, 1);
        chain.Choose();

        var counts = Enumerable.Range(0, 4000).AsParallel().WithDegreeOfParallelism(8).Select(_ => chain.Choose()).ToList().Tally();

        Assert.InRange(counts["a"], 1999, 2001);
        Assert.InRange(counts["b"], 999, 1001);
    }
}
