using LlmResilience.LoadBalancing;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>What balancing is for, with servers that differ and traffic that does not stop.</summary>
public sealed class SimulatedTrafficTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task With_unequal_endpoints_LowestLatency_has_at_most_half_the_p99_of_RoundRobin_and_overruns_nobody()
    {
        var (inTurn, _) = await SendToUnequalAsync(LoadBalancingPolicy.RoundRobin);
        var (lowest, servers) = await SendToUnequalAsync(LoadBalancingPolicy.LowestLatency);

        Assert.True(P99(lowest) * 2 <= P99(inTurn), $"{P99(lowest)} beside {P99(inTurn)}");
        Assert.All(servers, server => Assert.Equal(0, server.LongestLine));
        Assert.All(servers, server => Assert.NotEqual(0, server.Requests));
    }

    [Fact]
    public async Task Affinity_keeps_conversations_at_home_moves_those_of_an_ejected_endpoint_and_brings_them_back()
    {
        const int Conversations = 300;
        using var chain = new TestChain().With(options => options.LoadBalancing = LoadBalancingPolicy.Affinity);
        var traffic = new SimulatedTraffic(chain.Clock);
        foreach (var name in new[] { "a", "b", "c" })
        {
            chain.Endpoint(name, new SimulatedEndpoint(traffic, name, places: 1000, 0.5 * Second, 4 * Second));
        }

        // From nothing in flight to what is in flight always, then twice as it is.
        TakeTurns();
        var first = TakeTurns();
        var second = TakeTurns();
        chain.Endpoints.Eject("b");
        var meanwhile = TakeTurns();

        // At first the others have more in flight than their bound, and what is theirs goes to the one that has nothing.
        chain.Endpoints.Restore("b");
        TakeTurns();
        var after = TakeTurns();
        traffic.Pass(5 * Second);

        var homes = await NamesOf(second);
        Assert.InRange(Stayed(await NamesOf(first)), 0.95, 1);
        Assert.InRange(Stayed(await NamesOf(after)), 0.95, 1);
        Assert.DoesNotContain("b", await NamesOf(meanwhile));
        Assert.InRange(Stayed(await NamesOf(meanwhile), except: "b"), 0.95, 1);

        // A turn in six seconds, most of which the answer takes: some 225 are in flight.
        List<Task<(string Name, TimeSpan)>> TakeTurns()
        {
            List<Task<(string, TimeSpan)>> turns = [];
            for (var conversation = 0; conversation < Conversations; conversation++)
            {
                turns.Add(traffic.SendAsync(chain.ClientOf(ConversationKey.Of($"conversation {conversation}"))));
                traffic.Pass(6 * Second / Conversations);
            }

            return turns;
        }

        double Stayed(string[] names, string? except = null)
            => names.Zip(homes).Where(home => home.Second != except).Average(home => home.First == home.Second ? 1.0 : 0);
    }

    private static async Task<(List<TimeSpan> FirstTokens, List<SimulatedEndpoint> Servers)> SendToUnequalAsync(LoadBalancingPolicy policy)
    {
        using var chain = new TestChain().With(options =>
        {
            options.LoadBalancing = policy;
            options.EndpointDefaults.Timeouts.FirstToken = Timeout.InfiniteTimeSpan;
        });
        var traffic = new SimulatedTraffic(chain.Clock);
        List<SimulatedEndpoint> servers =
        [
            new(traffic, "large", places: 40, 0.2 * Second, 2 * Second),
            new(traffic, "medium", places: 25, 0.3 * Second, 2 * Second),
            new(traffic, "small", places: 10, Second, 2 * Second),
        ];
        servers.ForEach(server => chain.Endpoint(server.Name, server));

        List<Task<(string Name, TimeSpan FirstToken)>> requests = [];
        for (var i = 0; i < 500; i++)
        {
            // Twenty a second, of which a third are twice of what the small one can bear.
            requests.Add(traffic.SendAsync(chain.Client));
            traffic.Pass(Second / 20);
        }

        while (!traffic.IsOver)
        {
            traffic.Pass(Second);
        }

        return ([.. (await Task.WhenAll(requests)).Select(request => request.FirstToken)], servers);
    }

    private static async Task<string[]> NamesOf(List<Task<(string Name, TimeSpan)>> turns) => [.. (await Task.WhenAll(turns)).Select(turn => turn.Name)];

    private static TimeSpan P99(List<TimeSpan> times) => times.Order().ElementAt(times.Count * 99 / 100);
}
