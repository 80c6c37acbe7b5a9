using System.Globalization;
using Overload.Stage.Recording;

namespace Overload.Stage.Display;

/// <summary>A line a second, for pipes and logs.</summary>
internal sealed class PlainDisplay(TextWriter output) : IRunDisplay
{
    public async Task ShowAsync(RunRecorder run, Task load)
    {
        await output.WriteLineAsync($"== {run.Name}");
        for (var second = 1; ; second++)
        {
            var wait = TimeSpan.FromSeconds(second) - run.Elapsed;
            if (await Task.WhenAny(load, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero)) == load)
            {
                return;
            }

            await output.WriteLineAsync(Line(new LastSecond(run)));
        }
    }

    private static string Line(LastSecond last)
    {
        var server = last.Sample?.Server;
        var health = server is { IsDown: true } ? "DOWN" : Format($"running {server?.RunningCount,2} queued {server?.QueuedCount,2}");
        var endpoint = last.Sample?.SelfHosted is { } self ? Format($" | {self.State.ToString().ToLowerInvariant()} k={self.EjectionMultiplier}") : "";
        return Format($"{last.Second,5:0.0} s {last.Phase.Name,-10} | self-hosted {last.AnsweredBy(EndpointNames.SelfHosted),2}/s hosted {last.AnsweredBy(EndpointNames.Hosted),2}/s failed {last.Failed,2}/s")
            + Format($" | first token p50 {last.FirstToken(endpoint: null, 0.5),5:0} p99 {last.FirstToken(endpoint: null, 0.99),5:0} ms | {health}{endpoint}");
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
