using LlmResilience.Tests.LoadBalancing;

namespace LlmResilience.Tests.Chains;

/// <summary>Requests stay near as far as what is left near can bear them, and the others spill over.</summary>
public sealed class RegionalTierTests
{
    public static TheoryData<LoadBalancingPolicy> Policies => [.. Choices.Balancing];

    public static TheoryData<LoadBalancingPolicy, int, double> Spills
        => [.. from policy in Choices.Balancing
               from spill in new[] { (10, 1.0), (8, 1.0), (7, 0.98), (5, 0.7), (2, 0.28), (1, 0.14), (0, 0) }
               select (policy, spill.Item1, spill.Item2)];

    [Theory]
    [MemberData(nameof(Spills))]
    public async Task So_many_requests_stay_near_as_what_is_left_near_can_bear(LoadBalancingPolicy policy, int left, double share)
    {
        using var chain = Chain(policy, near: 10, far: 3);
        for (var i = left; i < 10; i++)
        {
            chain.Endpoints.Drain($"near-{i}");
        }

        var near = 0;
        for (var i = 0; i < 500; i++)
        {
            near += (await chain.ClientOf((ulong)i << 32, region: "Europe").AskAsync(streaming: i % 2 == 0)).Text == "near" ? 1 : 0;
        }

        Assert.InRange(near, (500 * share) - 1, (500 * share) + 1);
    }

    [Fact]
    public async Task In_order_all_stay_near_while_one_of_them_is_there()
    {
        using var chain = Chain(LoadBalancingPolicy.Ordered, near: 3, far: 1);
        chain.Endpoints.Drain("near-0");
        chain.Endpoints.Drain("near-1");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("near", (await chain.ClientOf(key: 0, region: "europe").AskAsync(streaming: true)).Text);
        }

        chain.Endpoints.Drain("near-2");
        Assert.Equal("far", (await chain.ClientOf(key: 0, region: "europe").AskAsync(streaming: true)).Text);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Who_fails_near_goes_far_and_who_began_far_comes_back(LoadBalancingPolicy policy)
    {
        using var chain = Chain(policy, near: 4, far: 3);
        chain.Endpoints.Drain("near-0");
        chain.Endpoints.Drain("near-1");
        chain.Endpoints.Drain("near-2");
        var regional = chain.Client.Chain.InRegion("europe");
        List<string> firsts = [];
        for (var i = 0; i < 20; i++)
        {
            var walk = Choices.Walk(regional, key: (ulong)i << 32).ToList();

            Assert.Equal(["far-0", "far-1", "far-2", "near-3"], walk.Order());
            Assert.True(walk[0] == "near-3" || walk[3] == "near-3");
            firsts.Add(walk[0]);
        }

        // 1.4 / 4.
        Assert.Equal(7, firsts.Count(name => name == "near-3"));
    }

    [Fact]
    public void A_region_that_nobody_is_in_or_all_are_in_changes_nothing()
    {
        using var chain = Chain(LoadBalancingPolicy.RoundRobin, near: 2, far: 0);

        Assert.Same(chain.Client.Chain, chain.Client.Chain.InRegion("europe"));
        Assert.Same(chain.Client.Chain, chain.Client.Chain.InRegion("asia"));
    }

    private static TestChain Chain(LoadBalancingPolicy policy, int near, int far)
    {
        var chain = new TestChain().With(options => options.LoadBalancing = policy);
        for (var i = 0; i < near; i++)
        {
            chain.Endpoint($"near-{i}", new FakeChatClient(Script.Answer("near")), endpoint => endpoint.Region = "europe");
        }

        for (var i = 0; i < far; i++)
        {
            chain.Endpoint($"far-{i}", new FakeChatClient(Script.Answer("far")), endpoint => endpoint.Region = i % 2 == 0 ? "asia" : null);
        }

        return chain;
    }
}
