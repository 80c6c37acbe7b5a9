using System.Globalization;
using Overload.Stage.Recording;
using Overload.Stage.Runs;

namespace Overload.Stage.Report.Charts;

/// <summary>How long users waited for the first token, by the time at which they asked. Logarithmic.</summary>
internal static class FirstTokenChart
{
    private const double Least = 20;
    private const double Most = 5_000;

    public static string Draw(RunResult run, double duration, TimeSpan limit)
    {
        var plot = new Plot($"Time to the first token, {run.Name}", 190, duration, value => Math.Log(value / Least) / Math.Log(Most / Least));
        plot.DrawValues("ms", 20, 50, 100, 200, 500, 1_000, 2_000, 5_000);
        plot.DrawLimit(limit.TotalMilliseconds, string.Create(CultureInfo.InvariantCulture, $"{limit.TotalMilliseconds:0} ms"));
        var bySecond = run.Recording.Requests
            .Where(request => request.FirstToken is not null)
            .ToLookup(request => (int)request.SentAt.TotalSeconds, request => request.FirstToken!.Value.TotalMilliseconds);
        Quantiles("p99", 0.99);
        Quantiles("p50", 0.5);
        return plot.Drawing.ToString();

        void Quantiles(string name, double q)
        {
            (double X, double? Y, double? Value)[] points =
            [
                .. from second in Enumerable.Range(0, (int)Math.Ceiling(duration))
                   let value = Quantile.Of(bySecond[second], q)
                   select (plot.X(second + 0.5), value is { } v ? plot.Y(v) : (double?)null, value),
            ];
            plot.Drawing.Curve($"curve {name}", points.Select(point => (point.X, point.Y)));
            foreach (var (index, point) in points.Index().Where(point => point.Item.Y is not null))
            {
                plot.Drawing.Circle($"dot {name}", point.X, point.Y!.Value, 2.5, string.Create(CultureInfo.InvariantCulture, $"{index}–{index + 1} s: {name} {point.Value:0} ms"));
            }
        }
    }
}
