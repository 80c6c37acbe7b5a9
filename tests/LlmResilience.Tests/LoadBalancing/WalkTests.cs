using LlmResilience.Chains;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>What holds for every way to balance: a request that keeps failing is offered everybody who is there, and nobody twice.</summary>
public sealed class WalkTests
{
    public static TheoryData<LoadBalancingPolicy> Policies => [.. Choices.Balancing];

    public static TheoryData<LoadBalancingPolicy, int> PoliciesAndSeeds
        => [.. from policy in Choices.Balancing from seed in Enumerable.Range(0, 8) select (policy, seed)];

    [Theory]
    [MemberData(nameof(PoliciesAndSeeds))]
    public void Everybody_who_is_there_is_offered_once_whatever_the_health_of_the_others(LoadBalancingPolicy policy, int seed)
    {
        var random = new Random(seed);
        using var chain = Choices.ChainOf(policy, [.. Enumerable.Range(0, 1 + random.Next(150)).Select(_ => 1 + random.Next(5))]);
        chain.With(options => options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.FromMinutes(5));
        var endpoints = chain.Client.Chain.Endpoints;
        HashSet<string> expected = [];
        foreach (var endpoint in endpoints)
        {
            switch (random.Next(5))
            {
                case 0:
                    chain.Endpoints.Drain(endpoint.Name);
                    continue;
                case 1 when endpoints.Length < 40:
                    chain.BringBack(endpoint.Name);
                    break;
                case 2:
                    endpoint.Load.Latency.Add(isStreaming: true, random.Next(10_000), endpoint.Health.Generation, chain.Now());
                    break;
                case 3:
                    Enumerable.Range(0, random.Next(5)).ToList().ForEach(_ => endpoint.Load.Begin());
                    break;
            }

            expected.Add(endpoint.Name);
        }

        foreach (var endpoint in endpoints.Where(endpoint => expected.Contains(endpoint.Name)).Skip(1))
        {
            // Some are out, and some of these are due for a probe.
            if (random.Next(4) == 0)
            {
                chain.Endpoints.Eject(endpoint.Name);
                expected.Remove(endpoint.Name);
                if (random.Next(2) == 0)
                {
                    endpoint.Health.Reload(endpoint.Settings.Ejection with { BaseTime = 1, MaxTime = 1 }, chain.Now());
                    expected.Add(endpoint.Name);
                }
            }
        }

        chain.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var isFirst = random.Next(2) == 0;
        var offered = chain.Walk((ulong)random.NextInt64(), isStreaming: true, isFirst).ToList();

        Assert.Equal(offered.Count, offered.Distinct().Count());

        // As a fallback nobody is probed while another is left, and at the end everybody is asked all the same.
        Assert.Equal(expected.Order(), offered.Order());
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task An_endpoint_whose_ejection_is_over_is_probed(LoadBalancingPolicy policy)
    {
        using var chain = Choices.ChainOf(policy, 1, 1, 1);
        chain.Endpoints.Eject("b");
        chain.Clock.Advance(chain["b"].EjectionDuration!.Value);
        Assert.Equal(EndpointState.Probing, chain["b"].State);

        for (var i = 0; i < 200 && chain["b"].State == EndpointState.Probing; i++)
        {
            await AskAsync(chain, key: (ulong)i << 32);
        }

        Assert.Equal(EndpointState.Ramping, chain["b"].State);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_request_that_has_failed_once_probes_nobody_while_another_is_left(LoadBalancingPolicy policy)
    {
        using var chain = Choices.ChainOf(policy, 1, 1, 1);
        chain.Endpoints.Eject("b");
        chain.Clock.Advance(chain["b"].EjectionDuration!.Value);

        for (var i = 0; i < 30; i++)
        {
            Assert.DoesNotContain("b", chain.Walk((ulong)i << 32, isStreaming: true, isFirst: false).Take(2));
        }

        Assert.Equal("b", chain.Walk(key: 7, isStreaming: true, isFirst: false).Last());
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Where_ejections_are_ignored_everybody_is_asked(LoadBalancingPolicy policy)
    {
        using var chain = Choices.ChainOf(policy, 1, 1, 1, 1);
        chain.With(options => options.PanicThreshold = 0.5);
        foreach (var name in new[] { "a", "b", "c" })
        {
            chain.Endpoints.Eject(name);
        }

        var counts = Enumerable.Range(0, 400).Select(key => chain.Choose((ulong)key << 32)).Tally();

        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 60, 140));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Choosing_costs_no_bytes(LoadBalancingPolicy policy)
    {
        foreach (var count in new[] { 3, 100 })
        {
            using var chain = Choices.ChainOf(policy, [.. Enumerable.Range(0, count).Select(i => 1 + (i % 3))]);
            var all = chain.Client.Chain;
            Choose(all, 1000);
            var before = GC.GetAllocatedBytesForCurrentThread();

            Choose(all, 1000);

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        static void Choose(Chain chain, int times)
        {
            for (var i = 0; i < times; i++)
            {
                var candidates = default(CandidateCursor);
                Assert.True(candidates.TryNext(chain, new RequestTraits(IsStreaming: true, (ulong)i << 32), isFirst: true, chain.Clock.Now, out _, out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Many_threads_with_endpoints_that_come_and_go_lose_no_request(LoadBalancingPolicy policy)
    {
        using var chain = Choices.ChainOf(policy, 1, 2, 3, 1, 1);
        var done = new CancellationTokenSource();
        var coming = Task.Run(() =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                // Never the last one.
                var name = Choices.NameOf(i % 4);
                chain.Endpoints.Eject(name);
                chain.Clock.Advance(TimeSpan.FromSeconds(1));
                chain.Endpoints.Restore(name);
            }
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var answered = 0;
            for (var i = 0; i < 200; i++)
            {
                answered += (await AskAsync(chain, (ulong)((thread * 1000) + i) << 32, streaming: i % 2 == 0)).Length > 0 ? 1 : 0;
            }

            return answered;
        })));
        await done.CancelAsync();
        await coming;

        Assert.Equal(1600, answers.Sum());
        Assert.All(chain.Client.Chain.Endpoints, endpoint => Assert.Equal(0, endpoint.Load.InFlight));
    }

    private static async Task<string> AskAsync(TestChain chain, ulong key, bool streaming = true) => (await chain.ClientOf(key).AskAsync(streaming)).Text;
}
