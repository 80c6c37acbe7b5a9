using System.Diagnostics;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>How much more two threads do than one.</summary>
internal static class Throughput
{
    private static readonly TimeSpan RoundTime = 8 * Pace.Current.RoundTime;

    /// <summary>The best of the rounds on each side: whatever else the machine does can only take away from either.</summary>
    public static double OfTwoThreads(Action work)
    {
        double one = 0, two = 0;
        for (var round = 0; round < Pace.Current.Rounds; round += 3)
        {
            one = Math.Max(one, Measure(work, threads: 1));
            two = Math.Max(two, Measure(work, threads: 2));
        }

        return two / one;
    }

    private static double Measure(Action work, int threads)
    {
        using var start = new Barrier(threads + 1);
        var rates = new double[threads];
        var workers = Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            var started = Stopwatch.GetTimestamp();
            var done = 0;
            TimeSpan elapsed;
            do
            {
                work();
                done++;
                elapsed = Stopwatch.GetElapsedTime(started);
            }
            while (elapsed < RoundTime);
            rates[i] = done / elapsed.TotalSeconds;
        })).ToList();
        workers.ForEach(worker => worker.Start());
        start.SignalAndWait();
        workers.ForEach(worker => worker.Join());
        return rates.Sum();
    }
}
