using LlmResilience.Endpoints;
using LlmResilience.LoadBalancing;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>A conversation stays at one endpoint, as far as that can bear it.</summary>
public sealed class AffinityTests
{
    [Fact]
    public void A_conversation_stays_at_one_endpoint_and_conversations_are_spread_evenly()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1, 1);

        var first = Homes(chain);

        Assert.Equal(first, Homes(chain));
        Assert.All(first.Tally().Values, count => Assert.InRange(count, 210, 290));
    }

    [Fact]
    public void Conversations_are_spread_by_weight()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 3, 1);

        Assert.InRange(Homes(chain).Tally()["a"], 700, 800);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Ejection_moves_only_the_conversations_of_the_ejected_one_and_brings_them_back(int weight)
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, weight, 1, 1, 1);
        var before = Homes(chain);
        chain.Endpoints.Drain("a");

        var meanwhile = Homes(chain);

        Assert.All(before.Zip(meanwhile), home => Assert.True(home.First == "a" ? home.Second != "a" : home.Second == home.First));
        Assert.All(meanwhile.Where((_, key) => before[key] == "a").Tally().Values, count => Assert.InRange(count, before.Tally()["a"] / 5, before.Tally()["a"] / 2));

        chain.Endpoints.Restore("a");
        Assert.Equal(before, Homes(chain));
    }

    [Fact]
    public void An_endpoint_more_moves_only_what_becomes_its_own()
    {
        using var four = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1, 1);
        using var five = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1, 1, 1);

        var moved = Homes(four).Zip(Homes(five)).Where(home => home.First != home.Second).ToList();

        Assert.All(moved, home => Assert.Equal("e", home.Second));
        Assert.InRange(moved.Count, 150, 250);
    }

    [Fact]
    public void An_endpoint_beyond_its_bounded_load_yields_to_the_next_of_the_conversations_order()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1, 1);
        var order = chain.Walk(key: 7).ToList();
        var preferred = chain.Find(order[0]);

        // 1.25 x 1 / 4 is below one, and one is always allowed.
        Begin(preferred, 1);
        Assert.Equal(order[1], chain.Choose(key: 7));

        foreach (var other in order.Skip(1))
        {
            Begin(chain.Find(other), 3);
        }

        // 1.25 x (1 + 9 + 1) / 4 is 3.4: four at most. With five of its own it is 4.7: five at most.
        Assert.Equal(order[0], chain.Choose(key: 7));
        Begin(preferred, 4);
        Assert.Equal(order[1], chain.Choose(key: 7));
    }

    [Fact]
    public void An_endpoint_more_than_twice_as_slow_as_the_others_yields()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1);
        var order = chain.Walk(key: 7).ToList();
        Took(chain, order[0], 1990);
        Took(chain, order[1], 900);
        Took(chain, order[2], 1100);
        Assert.Equal(order[0], chain.Choose(key: 7));

        Took(chain, order[0], 2010);
        Assert.Equal(order[1], chain.Choose(key: 7));

        // Whole responses are another matter.
        Assert.Equal(order[0], chain.Choose(key: 7, isStreaming: false));
    }

    [Fact]
    public void With_nobody_below_the_bounds_the_best_available_one_is_taken()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1);
        var order = chain.Walk(key: 7).ToList();
        Took(chain, order[0], 5000);
        Took(chain, order[1], 100);
        Begin(chain.Find(order[1]), 9);
        chain.Endpoints.Drain(order[2]);

        Assert.Equal(order[0], chain.Choose(key: 7));
    }

    [Fact]
    public void The_bound_is_that_of_the_endpoints_that_are_there()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, [.. Enumerable.Repeat(1, 10)]);
        for (var i = 2; i < 10; i++)
        {
            chain.Endpoints.Drain(Choices.NameOf(i));
        }

        Begin(chain.Find("a"), 20);
        Begin(chain.Find("b"), 20);

        Assert.Equal(2, Enumerable.Range(0, 100).Select(key => chain.Choose((ulong)key)).Distinct().Count());
    }

    [Fact]
    public void A_large_group_keeps_the_bound_about_as_a_small_one_does()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, [.. Enumerable.Repeat(1, 100)]);
        for (var i = 0; i < 1000; i++)
        {
            // All of one conversation, the worst that can come.
            chain.Find(chain.Choose(key: 7)!).Load.Begin();
        }

        // 1.25 x 1001 / 100 = 12.5.
        Assert.Equal(13, chain.Client.Chain.Endpoints.Max(endpoint => endpoint.Load.InFlight));
    }

    [Fact]
    public void A_ramping_endpoint_has_the_ramps_share_of_its_conversations()
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1);
        chain.With(options => options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.FromSeconds(100));
        var before = Homes(chain).Tally()["a"];
        chain.BringBack("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(50));

        Assert.InRange(Homes(chain).Tally()["a"], (before / 2) - 1, (before / 2) + 1);
    }

    [Fact]
    public void The_same_names_and_keys_make_the_same_choice_in_every_process()
        => Assert.Equal("cb", string.Concat(ChooseOnce(ConversationKey.Of("alice")), ChooseOnce(ConversationKey.Of("bob"))));

    private static string ChooseOnce(ulong key)
    {
        using var chain = Choices.ChainOf(LoadBalancingPolicy.Affinity, 1, 1, 1, 1);
        return chain.Choose(key)!;
    }

    private static List<string> Homes(TestChain chain) => [.. Enumerable.Range(0, 1000).Select(key => chain.Choose(ConversationKey.Of($"conversation {key}"))!)];

    private static void Begin(Endpoint endpoint, int attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            endpoint.Load.Begin();
        }
    }

    private static void Took(TestChain chain, string name, double milliseconds)
    {
        var endpoint = chain.Find(name);
        endpoint.Load.Latency.Add(isStreaming: true, milliseconds, endpoint.Health.Generation, chain.Now());
    }
}
