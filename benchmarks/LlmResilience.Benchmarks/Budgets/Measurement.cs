using System.Diagnostics;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Times several cases in turn, again and again, so that what the machine does meanwhile meets all of them alike.</summary>
internal static class Measurement
{
    /// <summary>Measures each case: nanoseconds and bytes of one run, the median over the rounds.</summary>
    public static Cost[] Compare(params Func<ValueTask>[] cases)
    {
        var rounds = Pace.Current.Rounds;
        var repetitions = Array.ConvertAll(cases, Calibrate);
        var times = Array.ConvertAll(cases, _ => new double[rounds]);
        var bytes = Array.ConvertAll(cases, _ => new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var allocated = GC.GetTotalAllocatedBytes(precise: true);
                var started = Stopwatch.GetTimestamp();
                Run(cases[i], repetitions[i]);
                times[i][round] = Stopwatch.GetElapsedTime(started).TotalNanoseconds / repetitions[i];
                bytes[i][round] = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / repetitions[i];
            }
        }

        return [.. times.Select((samples, i) => new Cost(Median(samples), Math.Round(Median(bytes[i])), samples))];
    }

    /// <summary>The same for code that is too short to be called one by one: each case does it so many times.</summary>
    public static Cost[] Compare(int times, params Action<int>[] cases)
        => [.. Compare(Array.ConvertAll<Action<int>, Func<ValueTask>>(cases, run => () =>
            {
                run(times);
                return default;
            }))
            .Select(cost => new Cost(cost.Nanoseconds / times, cost.Bytes / times, [.. cost.Rounds.Select(round => round / times)]))];

    public static double Median(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[sorted.Length / 2];
    }

    private static int Calibrate(Func<ValueTask> run)
    {
        // Also what makes the runtime compile the case at its highest tier, in the background, thrice.
        for (var i = 0; i < 3; i++)
        {
            var until = Stopwatch.GetTimestamp() + (long)(Pace.Current.WarmUp.TotalSeconds * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < until)
            {
                Run(run, 10);
            }

            Thread.Sleep(Pace.Current.WarmUp);
        }

        var started = Stopwatch.GetTimestamp();
        Run(run, 100);
        return (int)Math.Clamp(Pace.Current.RoundTime * 100 / Stopwatch.GetElapsedTime(started), 1, 5_000_000);
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
