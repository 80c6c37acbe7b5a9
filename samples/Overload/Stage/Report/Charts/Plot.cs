using System.Globalization;
using Overload.Stage.Load;

namespace Overload.Stage.Report.Charts;

/// <summary>A chart over the time of a run: axes, grid, and the surge in the background. Both runs are drawn to the same scales.</summary>
internal sealed class Plot
{
    private const double Left = 46;
    private const double Right = 10;
    private const double Top = 20;
    private const double Bottom = 24;
    private const double Step = 2;

    private readonly double _duration;
    private readonly Func<double, double> _share;

    /// <param name="label">What a screen reader says.</param>
    /// <param name="height">The height of the drawing; it is 600 wide.</param>
    /// <param name="duration">The seconds on the time axis.</param>
    /// <param name="share">Where on the value axis a value is, from 0 to 1.</param>
    public Plot(string label, double height, double duration, Func<double, double> share)
    {
        _duration = duration;
        _share = share;
        Drawing = new Svg(600, height, label);
        DrawTime();
    }

    public Svg Drawing { get; }

    public double Floor => Drawing.Height - Bottom;

    public static double Ceiling => Top;

    public double X(double second) => Left + (Math.Clamp(second / _duration, 0, 1) * (Drawing.Width - Left - Right));

    public double Y(double value) => Floor - (Math.Clamp(_share(value), 0, 1) * (Floor - Top));

    public void DrawValues(string unit, params ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            Drawing.Line("grid", Left, Y(value), Drawing.Width - Right, Y(value));
            Drawing.Text("tick end", Left - 6, Y(value) + 4, value.ToString("#,0.#", CultureInfo.InvariantCulture));
        }

        Drawing.Text("unit", 2, 11, unit);
    }

    /// <summary>A dashed line at a value that means something.</summary>
    public void DrawLimit(double value, string label)
    {
        Drawing.Line("limit", Left, Y(value), Drawing.Width - Right, Y(value));
        Drawing.Text("limit-label end", Drawing.Width - Right - 4, Y(value) - 5, label);
    }

    private void DrawTime()
    {
        var surge = LoadProfile.Surge;
        Drawing.Rectangle("surge", X(surge.Start), Top, X(surge.End) - X(surge.Start), Floor - Top);
        Drawing.Text("surge-label", X(surge.Start) + 5, Top - 6, "surge");
        for (double second = 0; second <= _duration; second += Step)
        {
            Drawing.Text("tick middle", X(second), Drawing.Height - 7, second.ToString("0 s", CultureInfo.InvariantCulture));
        }

        Drawing.Line("axis", Left, Floor, Drawing.Width - Right, Floor);
    }
}
