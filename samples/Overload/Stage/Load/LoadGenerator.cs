using System.Diagnostics;

namespace Overload.Stage.Load;

/// <summary>Lets the users arrive when the schedule says so, whether or not earlier ones have their answer.</summary>
internal static class LoadGenerator
{
    /// <returns>A task that ends when the schedule is over and every user has an answer, or none.</returns>
    public static async Task RunAsync(IEnumerable<Arrival> schedule, Stopwatch clock, Func<Arrival, Task> ask, CancellationToken cancellationToken)
    {
        var users = new List<Task>();
        foreach (var arrival in schedule)
        {
            await WaitUntilAsync(arrival.At, clock, cancellationToken);
            users.Add(Task.Run(() => ask(arrival), cancellationToken));
        }

        await WaitUntilAsync(LoadProfile.Duration, clock, cancellationToken);
        await Task.WhenAll(users);
    }

    private static Task WaitUntilAsync(double second, Stopwatch clock, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromSeconds(second) - clock.Elapsed;
        return wait > TimeSpan.Zero ? Task.Delay(wait, cancellationToken) : Task.CompletedTask;
    }
}
