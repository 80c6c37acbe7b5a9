using System.Diagnostics;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Times several cases in turn, again and again, so that what the machine does meanwhile meets all of them alike.</summary>
internal static class Measurement
{
    private const int Rounds = 15;

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(60);

    /// <summary>Measures each case: nanoseconds and bytes of one run, the median over the rounds.</summary>
    public static Cost[] Compare(params Func<ValueTask>[] cases)
    {
        var repetitions = cases.Select(Calibrate).ToArray();
        var times = cases.Select(_ => new double[Rounds]).ToArray();
        var bytes = new double[cases.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var allocated = GC.GetTotalAllocatedBytes(precise: true);
                var started = Stopwatch.GetTimestamp();
                Run(cases[i], repetitions[i]);
                times[i][round] = Stopwatch.GetElapsedTime(started).TotalNanoseconds / repetitions[i];
                bytes[i] = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / repetitions[i];
            }
        }

        return [.. times.Select((samples, i) => new Cost(Median(samples), Math.Round(bytes[i]), samples))];
    }

    public static double Median(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[sorted.Length / 2];
    }

    private static int Calibrate(Func<ValueTask> run)
    {
        // Also what makes the runtime compile the case at its highest tier.
        for (var warm = 0; warm < 3; warm++)
        {
            Run(run, 20_000);
            Thread.Sleep(120);
        }

        var started = Stopwatch.GetTimestamp();
        Run(run, 5_000);
        var one = Stopwatch.GetElapsedTime(started) / 5_000;
        return (int)Math.Clamp(RoundTime / one, 1_000, 5_000_000);
    }

    private static void Run(Func<ValueTask> run, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var task = run();
            if (task.IsCompletedSuccessfully)
            {
                task.GetAwaiter().GetResult();
            }
            else
            {
                task.AsTask().GetAwaiter().GetResult();
            }
        }
    }
}
