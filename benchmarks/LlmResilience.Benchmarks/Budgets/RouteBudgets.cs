using LlmResilience.Benchmarks.Cases;
using LlmResilience.Requests;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Finding the chain of a request, by routes and by what it says of itself.</summary>
internal static class RouteBudgets
{
    private const int Times = 1000;

    public static IEnumerable<Budget> Measure(Machine machine)
    {
        var routed = FindRoute.CreateRouted();
        var unrouted = Contenders.OursWith(3);
        var costs = Measurement.Compare(
            Times,
            Finding(routed, FindRoute.ToTheLast),
            Finding(routed, FindRoute.SayingAll),
            Finding(unrouted, FindRoute.SayingNothing));
        yield return Budget.Time($"a route among {FindRoute.Routes} rules, the last one", costs[0].Nanoseconds, 200, machine);
        yield return Budget.NoBytes($"a route among {FindRoute.Routes} rules: bytes", costs[0].Bytes);
        yield return Budget.NoBytes("what a request says of itself: bytes", costs[1].Bytes);
        yield return Budget.Time("without routes", costs[2].Nanoseconds, 10, machine);
    }

    private static Action<int> Finding(ResilientChatClient client, RequestInput input) => times =>
    {
        for (var i = 0; i < times; i++)
        {
            FindRoute.Find(client, input);
        }
    };
}
