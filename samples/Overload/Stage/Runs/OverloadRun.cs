using System.Diagnostics;
using Overload.Stage.Display;
using Overload.Stage.Load;
using Overload.Stage.Recording;
using Overload.Stage.Servers;

namespace Overload.Stage.Runs;

/// <summary>One app under the surge, from the warm-up to its last user.</summary>
internal static class OverloadRun
{
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(100);

    public static async Task<RunResult> ExecuteAsync(IApp app, SimulatedServers servers, IReadOnlyList<Arrival> schedule, IRunDisplay display, CancellationToken cancellationToken)
    {
        await WarmUp.RunAsync(app, servers, cancellationToken);
        var before = servers.SelfHosted.GetStatistics();

        var clock = Stopwatch.StartNew();
        var recorder = new RunRecorder(app.Name, clock);
        var user = new User(app, clock, recorder);
        using var listener = new LlmResilienceListener(app, recorder);

        var load = LoadGenerator.RunAsync(schedule, clock, arrival => user.AskAsync(arrival, cancellationToken), cancellationToken);
        var sampling = SampleAsync(app, servers, recorder, load);
        await display.ShowAsync(recorder, load);
        await sampling;
        await load;

        var after = servers.SelfHosted.GetStatistics();
        return new RunResult(app.Name, recorder.Read())
        {
            Crashes = after.CrashCount - before.CrashCount,
            Downtime = after.Downtime - before.Downtime,
            Settings = app.Settings,
        };
    }

    private static async Task SampleAsync(IApp app, SimulatedServers servers, RunRecorder recorder, Task load)
    {
        do
        {
            recorder.Sampled(new TimelineSample(recorder.Elapsed, servers.SelfHosted.GetStatistics(), app.Endpoints?.GetSnapshots() ?? []));
        }
        while (await Task.WhenAny(load, Task.Delay(SampleTime)) != load);
    }
}
