using System.Globalization;
using LlmResilience;
using Overload.Stage.Recording;
using Overload.Stage.Runs;

namespace Overload.Stage.Report.Charts;

/// <summary>Where each endpoint stands, as a band, and its share of the traffic under it.</summary>
internal static class StateChart
{
    private const double BandHeight = 26;
    private const double RowHeight = 52;
    private const double LabelWidth = 7.2;

    public static string Draw(RunResult run, double duration)
    {
        var names = run.Recording.Samples[0].Endpoints.Select(endpoint => endpoint.Name).ToArray();
        var plot = new Plot($"The endpoints' state, {run.Name}", (names.Length * RowHeight) + 46, duration, value => value);
        foreach (var (row, name) in names.Index())
        {
            var y = Plot.Ceiling + (row * RowHeight);
            plot.Drawing.Text("row-label", plot.X(0), y + 14, name);
            foreach (var band in Bands.Of(run.Recording.Samples, sample => Read(sample, name)))
            {
                DrawBand(plot, band, y + 20);
            }
        }

        return plot.Drawing.ToString();
    }

    private static void DrawBand(Plot plot, Band<(EndpointState State, int K)> band, double y)
    {
        var (state, k) = band.Value;
        var name = state.ToString().ToLowerInvariant();
        var x = plot.X(band.Start);
        var width = plot.X(band.End) - x;
        plot.Drawing.Rectangle(name, x, y, width, BandHeight, string.Create(CultureInfo.InvariantCulture, $"{name}, k = {k}, {band.Start:0.0} s to {band.End:0.0} s"));
        var labels = new[] { $"{name} k={k}", $"k={k}", $"{k}" };
        if (Array.Find(labels, label => label.Length * LabelWidth < width) is { } fits && (k > 0 || fits.Length > 3))
        {
            plot.Drawing.Text($"band-label middle on-{name}", x + (width / 2), y + 17, k == 0 ? name : fits);
        }
    }

    private static (EndpointState State, int K) Read(TimelineSample sample, string name)
    {
        var endpoint = sample.Endpoints.First(endpoint => endpoint.Name == name);
        return (endpoint.State, endpoint.EjectionMultiplier);
    }
}
