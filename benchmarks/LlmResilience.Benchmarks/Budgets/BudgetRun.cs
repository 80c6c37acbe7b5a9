using System.Diagnostics;
using System.Globalization;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Measures every budget of the design beside its peer, and says of each whether it is met.</summary>
internal static class BudgetRun
{
    /// <returns>The exit code: 1 if a budget is missed, unless this was only to see that it works.</returns>
    public static async Task<int> RunAsync(bool dry)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (dry)
        {
            Pace.GoDry();
        }

        var started = Stopwatch.GetTimestamp();
        var machine = Machine.Measure();
        Console.WriteLine($"This machine takes {machine.Slowness:0.00} times as long as the one on which budgets in nanoseconds were set; they are carried over by that.");
        Console.WriteLine($"{"",-7} {"budget",-70} {"measured",-34} {"peer",-52} limit");

        List<Budget> missed = [];
        var count = 0;
        void Say(IEnumerable<Budget> budgets)
        {
            foreach (var budget in budgets)
            {
                count++;
                Console.WriteLine($"{(budget.IsMet ? "met" : "MISSED"),-7} {budget.Name,-70} {budget.Measured,-34} {budget.Peer,-52} {budget.Limit}");
                if (!budget.IsMet)
                {
                    missed.Add(budget);
                }
            }
        }

        Say(RequestBudgets.Measure());
        Say(UpdateBudgets.Measure(machine));
        Say(HealthBudgets.Measure(machine));
        Say(ChoiceBudgets.Measure(machine));
        Say(RouteBudgets.Measure(machine));
        Say(FallbackBudgets.Measure());
        Say(await GrowthBudgets.MeasureAsync());
        Say(await HttpBudgets.MeasureIdleAsync());
        Say(await HttpBudgets.MeasureHttpAsync());

        Console.WriteLine($"{count - missed.Count} of {count} budgets met in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s{(missed.Count == 0 ? "." : "; missed: " + string.Join("; ", missed.Select(budget => budget.Name)))}");
        return dry || missed.Count == 0 ? 0 : 1;
    }
}
