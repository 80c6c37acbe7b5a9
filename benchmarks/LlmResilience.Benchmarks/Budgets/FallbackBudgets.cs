using LlmResilience.Benchmarks.Cases;
using LlmResilience.Benchmarks.Clients;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Falling back once, beside the same two attempts by hand.</summary>
internal static class FallbackBudgets
{
    private static readonly IChatClient Failing = new FailingClient();
    private static readonly IChatClient Answering = Contenders.Raw(updates: 1);

    public static IEnumerable<Budget> Measure()
        => Compare("request", () => TwoAttemptsByHand.CallAsync(Failing, Answering), Contenders.CallAsync)
            .Concat(Compare("stream", () => TwoAttemptsByHand.StreamAsync(Failing, Answering), Contenders.StreamAsync));

    private static IEnumerable<Budget> Compare(string what, Func<ValueTask> byHand, Func<IChatClient, ValueTask> run)
    {
        var ours = Contenders.OursFallingBack();
        var costs = Measurement.Compare(() => run(ours), byHand);
        yield return Budget.Ratio($"falling back once, {what}", costs[0], costs[1], "two attempts", 1.5);

        // The one exception is the client's. An iterator throws it twice, to itself and to whoever moves it; none may be added.
        var (mine, theirs) = (Exceptions.PerRun(() => run(ours)), Exceptions.PerRun(byHand));
        yield return new Budget($"falling back once, {what}: throws", $"{mine:0.##}", $"two attempts {theirs:0.##}", "none of ours", mine <= theirs);
    }
}
