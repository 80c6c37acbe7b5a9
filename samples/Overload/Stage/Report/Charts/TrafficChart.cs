using System.Globalization;
using Overload.Stage.Recording;
using Overload.Stage.Runs;

namespace Overload.Stage.Report.Charts;

/// <summary>What became of the requests, by the time at which they were sent.</summary>
internal static class TrafficChart
{
    private const double BucketSeconds = 0.5;
    private const double Gap = 1;
    private const double Top = 50;

    public static string Draw(RunResult run, double duration)
    {
        var plot = new Plot($"Requests per second, {run.Name}", 190, duration, value => value / Top);
        plot.DrawValues("requests/s", 0, 10, 20, 30, 40, 50);
        foreach (var bucket in run.Recording.Requests.GroupBy(request => (int)(request.SentAt.TotalSeconds / BucketSeconds)))
        {
            var floor = 0.0;
            Stack("self", "answered by self-hosted", bucket.Count(request => request is { IsAnswered: true, Endpoint: EndpointNames.SelfHosted }));
            Stack("backup", "answered by hosted", bucket.Count(request => request is { IsAnswered: true, Endpoint: EndpointNames.Hosted }));
            Stack("failed", "failed", bucket.Count(request => !request.IsAnswered));

            void Stack(string @class, string label, int count)
            {
                var ceiling = floor + (count / BucketSeconds);
                var start = bucket.Key * BucketSeconds;
                plot.Drawing.Rectangle(
                    @class,
                    plot.X(start) + (Gap / 2),
                    plot.Y(ceiling),
                    plot.X(start + BucketSeconds) - plot.X(start) - Gap,
                    plot.Y(floor) - plot.Y(ceiling),
                    string.Create(CultureInfo.InvariantCulture, $"{start:0.0} s: {count} {label}"));
                floor = ceiling;
            }
        }

        return plot.Drawing.ToString();
    }
}
