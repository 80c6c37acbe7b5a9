using BenchmarkDotNet.Running;
using LlmResilience.Benchmarks.Budgets;
using LlmResilience.Benchmarks.Cases;

if (args is ["budgets", .. var options])
{
    return await BudgetRun.RunAsync(dry: options is ["--dry"]);
}

// In this process: the tool's own generated projects know neither every registry nor every runtime.
var summaries = BenchmarkSwitcher.FromAssembly(typeof(HealthyRequest).Assembly).Run([.. args, "--inProcess"]);
return summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
