using LlmResilience.Benchmarks.Cases;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Choosing an endpoint among many, and going past those that are out.</summary>
internal static class ChoiceBudgets
{
    private const int Choices = 1000;
    private const int Ejected = 101;

    // Two endpoints of a thousand are not in the processor's nearest cache, as those of three are. To look at each would be x 300.
    private const double Flat = 2;

    public static IEnumerable<Budget> Measure(Machine machine)
    {
        int[] sizes = [3, 100, 1000];
        var costs = Measurement.Compare(Choices, [.. sizes.Select(size => Choosing(Contenders.OursWith(size)))]);
        for (var i = 0; i < sizes.Length; i++)
        {
            yield return Budget.Time($"choosing among {sizes[i]} endpoints, in order", costs[i].Nanoseconds, 100, machine);
        }

        yield return new Budget("choosing: flat", $"x {costs[2].RatioTo(costs[0]):0.00}", "1000 endpoints : 3", "<= x 1.20", costs[2].RatioTo(costs[0]) <= 1.2);

        foreach (var policy in new[] { LoadBalancingPolicy.RoundRobin, LoadBalancingPolicy.LeastActive, LoadBalancingPolicy.LowestLatency })
        {
            foreach (var budget in Balancing(policy, sizes))
            {
                yield return budget;
            }
        }

        var affinity = Measurement.Compare(Choices, Choosing(Contenders.OursWith(100, LoadBalancingPolicy.Affinity)))[0];
        yield return Budget.Time("choosing among 100 endpoints, Affinity", affinity.Nanoseconds, 2000, machine);
        yield return Budget.NoBytes("choosing among 100 endpoints, Affinity: bytes", affinity.Bytes);

        var (one, many) = (Contenders.OursWithEjected(1), Contenders.OursWithEjected(Ejected));
        var past = Measurement.Compare(Choices / 10, Choosing(one), Choosing(many));
        yield return Budget.Time("going past an ejected endpoint", (past[1].Nanoseconds - past[0].Nanoseconds) / (Ejected - 1), 50, machine);
        yield return Budget.NoBytes("going past an ejected endpoint: bytes", (past[1].Bytes - past[0].Bytes) / (Ejected - 1));

        var thrown = Exceptions.PerRun(() => Contenders.CallAsync(many));
        yield return new Budget("going past an ejected endpoint: exceptions", $"{thrown:0.##}", "none", "0", thrown == 0);
    }

    private static IEnumerable<Budget> Balancing(LoadBalancingPolicy policy, int[] sizes)
    {
        var clients = Array.ConvertAll(sizes, size => Contenders.OursWith(size, policy));
        var costs = Measurement.Compare(Choices, Array.ConvertAll(clients, Choosing));
        var ratio = costs[2].RatioTo(costs[0]);
        yield return new Budget(
            $"choosing, {policy}: flat", $"{costs[2].Nanoseconds:0} ns, x {ratio:0.00}", $"1000 endpoints : 3 ({costs[0].Nanoseconds:0} ns)", $"<= x {Flat:0.00}", ratio <= Flat);
        yield return Budget.NoBytes($"choosing among 1000 endpoints, {policy}: bytes", costs[2].Bytes);

        var requests = Measurement.Compare(() => Contenders.CallAsync(clients[2]), () => Contenders.CallAsync(clients[0]));
        yield return Budget.Bytes($"request among 1000 endpoints, {policy}: bytes", requests[0], requests[1], "3 endpoints");
    }

    private static Action<int> Choosing(ResilientChatClient client) => times =>
    {
        for (var i = 0; i < times; i++)
        {
            Chooser.Choose(client, (ulong)i << 32);
        }
    };
}
