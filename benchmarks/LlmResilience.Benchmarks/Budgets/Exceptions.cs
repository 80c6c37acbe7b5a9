using System.Runtime.ExceptionServices;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Counts every exception that is thrown anywhere in the process.</summary>
internal static class Exceptions
{
    public static double PerRun(Func<ValueTask> run)
    {
        const int Times = 200;
        var thrown = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref thrown);

        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            for (var i = 0; i < Times; i++)
            {
                run().AsTask().GetAwaiter().GetResult();
            }
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        return (double)thrown / Times;
    }
}
