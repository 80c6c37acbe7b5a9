using LlmResilience.Chains;
using LlmResilience.Endpoints;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>Chooses as a request does, and does what a test says instead of asking anybody.</summary>
internal static class Choices
{
    public static IReadOnlyList<LoadBalancingPolicy> Balancing { get; } =
        [LoadBalancingPolicy.RoundRobin, LoadBalancingPolicy.LeastActive, LoadBalancingPolicy.LowestLatency, LoadBalancingPolicy.Affinity];

    public static TestChain ChainOf(LoadBalancingPolicy policy, params int[] weights)
    {
        var chain = new TestChain().With(options => options.LoadBalancing = policy);
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = weights[i];
            chain.Endpoint(NameOf(i), new FakeChatClient(Script.Answer(NameOf(i))), endpoint => endpoint.Weight = weight);
        }

        return chain;
    }

    /// <summary>a, b, ... z, and then e26, e27, ...</summary>
    public static string NameOf(int index) => index < 26 ? ((char)('a' + index)).ToString() : $"e{index}";

    public static Endpoint Find(this TestChain chain, string name) => chain.Client.Chain.Endpoints.Single(endpoint => endpoint.Name == name);

    /// <summary>The chain's client, for the requests of one conversation.</summary>
    public static ConversationClient ClientOf(this TestChain chain, ulong key, string? region = null) => new(chain.Client, key, region);

    public static long Now(this TestChain chain) => chain.Client.Chain.Clock.Now;

    /// <summary>The endpoint that a request would ask first; nothing if nobody takes it.</summary>
    public static string? Choose(this TestChain chain, ulong key = 0, bool isStreaming = true) => chain.Walk(key, isStreaming).FirstOrDefault();

    /// <summary>The endpoints that a request would ask one after another, if all fail.</summary>
    public static IEnumerable<string> Walk(this TestChain chain, ulong key = 0, bool isStreaming = true, bool isFirst = true)
        => Walk(chain.Client.Chain, key, isStreaming, isFirst);

    public static IEnumerable<string> Walk(Chain chain, ulong key, bool isStreaming = true, bool isFirst = true)
    {
        var walk = new Walker();
        while (walk.TryNext(chain, new RequestTraits(isStreaming, key), isFirst, chain.Clock.Now) is { } name)
        {
            yield return name;
            isFirst = false;
        }
    }

    public static Dictionary<string, int> Tally(this IEnumerable<string?> names) => names.GroupBy(name => name!).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Ejects an endpoint, waits until its time is over, and probes it with success: it ramps from now on.</summary>
    public static void BringBack(this TestChain chain, string name)
    {
        chain.Endpoints.Eject(name);
        var health = chain.Find(name).Health;
        chain.Clock.Advance(chain[name].EjectionDuration!.Value);
        Assert.Equal(LlmResilience.Health.AdmissionResult.Admitted, health.TryAdmit(default, chain.Now(), TimeSpan.TicksPerMinute, out var probe));
        health.Succeeded(ref probe, chain.Now());
        Assert.Equal(EndpointState.Ramping, chain[name].State);
    }

    // The cursor is a mutable struct, which an iterator cannot hold.
    private sealed class Walker
    {
        private CandidateCursor _candidates;

        public string? TryNext(Chain chain, RequestTraits request, bool isFirst, long now)
            => _candidates.TryNext(chain, request, isFirst, now, out var endpoint, out _) ? endpoint.Name : null;
    }
}
