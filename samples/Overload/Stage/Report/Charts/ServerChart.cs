using System.Globalization;
using Overload.Stage.Recording;
using Overload.Stage.Runs;
using Overload.Stage.Servers;

namespace Overload.Stage.Report.Charts;

/// <summary>The self-hosted server: what it works on, what waits, and when it is down.</summary>
internal static class ServerChart
{
    private const double Top = 36;

    public static string Draw(RunResult run, double duration)
    {
        var plot = new Plot($"The self-hosted server, {run.Name}", 190, duration, value => value / Top);
        plot.DrawValues("requests", 0, 8, 16, 24, 32);
        plot.DrawLimit(SimulatedServers.MaxQueueLength, "queue's limit: one more and it is down");
        DrawQueue(plot, run.Recording.Samples);
        plot.Drawing.Curve("curve running", run.Recording.Samples.Select(sample => (plot.X(sample.At.TotalSeconds), sample.Server.IsDown ? (double?)null : plot.Y(sample.Server.RunningCount))));
        foreach (var outage in Bands.Of(run.Recording.Samples, sample => sample.Server.IsDown).Where(band => band.Value))
        {
            var x = plot.X(outage.Start);
            plot.Drawing.Rectangle("down", x, Plot.Ceiling, plot.X(outage.End) - x, plot.Floor - Plot.Ceiling, string.Create(CultureInfo.InvariantCulture, $"down from {outage.Start:0.0} s to {outage.End:0.0} s"));
            plot.Drawing.Text("down-label middle", (x + plot.X(outage.End)) / 2, (Plot.Ceiling + plot.Floor) / 2, "DOWN");
        }

        return plot.Drawing.ToString();
    }

    private static void DrawQueue(Plot plot, IReadOnlyList<TimelineSample> samples)
    {
        // As a staircase: each sample holds until the next one.
        plot.Drawing.Area("queue", plot.Floor, samples.Zip(samples.Skip(1)).SelectMany(pair => new[] { pair.First, pair.Second }, (pair, at) => (plot.X(at.At.TotalSeconds), plot.Y(pair.First.Server.QueuedCount))));
    }
}
