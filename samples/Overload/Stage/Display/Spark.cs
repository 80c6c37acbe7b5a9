namespace Overload.Stage.Display;

/// <summary>A little bar chart of one line.</summary>
internal static class Spark
{
    private const string Bars = " ▁▂▃▄▅▆▇█";

    public static string Draw(IEnumerable<double> values, double top)
        => new([.. values.Select(value => Bars[value <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(value / top * (Bars.Length - 1)), 1, Bars.Length - 1)])]);
}
