using LlmResilience.Load.Http;
using LlmResilience.Load.Idle;
using LlmResilience.Load.Statistics;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>The load program's comparisons, shortened: real HTTP through the OpenAI SDK, and streams that wait.</summary>
internal static class HttpBudgets
{
    public static async Task<IReadOnlyList<Budget>> MeasureHttpAsync()
    {
        await using var server = await ServerProcess.StartAsync();
        using var comparison = new HttpComparison(server.Address);
        List<Budget> budgets = [];
        foreach (var concurrency in new[] { 1, 32 })
        {
            foreach (var streaming in new[] { false, true })
            {
                var result = await comparison.MeasureAsync(concurrency, streaming, Pace.Current.HttpTime);
                var name = $"HTTP, {concurrency} at a time, {(streaming ? "streamed" : "whole")}";
                budgets.Add(Added($"{name}: p50", result.ToSdk.LatencyP50, $"{result.Resilient.LatencyP50:0} us", $"SDK {result.Sdk.LatencyP50:0} us"));
                budgets.Add(Added($"{name}: CPU", result.ToSdk.CpuPerRequest, $"{result.Resilient.CpuPerRequest:0.0} us", $"SDK {result.Sdk.CpuPerRequest:0.0} us"));
                budgets.Add(Added($"{name}: bytes", result.ToSdk.BytesPerRequest, $"{result.Resilient.BytesPerRequest:N0} B", $"SDK {result.Sdk.BytesPerRequest:N0} B"));
            }
        }

        return budgets;
    }

    public static async Task<IReadOnlyList<Budget>> MeasureIdleAsync()
    {
        List<Budget> budgets = [];
        foreach (var forFirstToken in new[] { false, true })
        {
            var idle = await IdleStreams.MeasureAsync(Pace.Current.IdleStreams, forFirstToken);
            var name = $"{idle.Streams:N0} streams that wait {idle.Waiting}";
            budgets.Add(new($"{name}: bytes each", $"{idle.BytesEach:0} B", "over raw", "<= 1,024 B", idle.BytesEach <= IdleResult.MostBytes));
            budgets.Add(new($"{name}: timers each", $"{idle.TimersEach:0.00}", $"{idle.TimersLeft:0} left at the end", "<= 1, none left", idle.TimersEach <= 1 && idle.TimersLeft == 0));
            var growth = idle.RequestAmongAll / idle.RequestAlone;
            budgets.Add(new($"{name}: a request beside them", $"{idle.RequestAmongAll:0} ns, x {growth:0.00}", $"alone {idle.RequestAlone:0} ns", "<= x 1.20", growth <= 1.2));
        }

        return budgets;
    }

    private static Budget Added(string name, Ratio ratio, string ours, string sdk) => new(name, $"{ours}, {ratio}", sdk, "< +2 %", ratio.Median < Load.Http.Added.Budget);
}
