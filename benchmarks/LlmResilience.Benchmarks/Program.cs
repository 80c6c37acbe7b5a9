using BenchmarkDotNet.Running;
using LlmResilience.Benchmarks.Budgets;
using LlmResilience.Benchmarks.Cases;

if (args is ["budgets", ..])
{
    return await BudgetRun.RunAsync();
}

// In this process: the tool's own generated projects know neither every registry nor every runtime.
BenchmarkSwitcher.FromAssembly(typeof(HealthyRequest).Assembly).Run([.. args, "--inProcess"]);
return 0;
