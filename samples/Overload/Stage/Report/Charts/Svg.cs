using System.Globalization;
using System.Net;
using System.Text;

namespace Overload.Stage.Report.Charts;

/// <summary>Writes the elements of a drawing. Colours are classes, so that the page's style decides on light and dark.</summary>
internal sealed class Svg(double width, double height, string label)
{
    private readonly StringBuilder _body = new();

    public double Width => width;

    public double Height => height;

    public void Rectangle(string @class, double x, double y, double w, double h, string? tip = null)
    {
        if (w > 0 && h > 0)
        {
            Add($"<rect class=\"{@class}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{w:0.##}\" height=\"{h:0.##}\"", tip, "rect");
        }
    }

    public void Line(string @class, double x1, double y1, double x2, double y2)
        => Add($"<line class=\"{@class}\" x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\"", tip: null, "line");

    public void Circle(string @class, double x, double y, double radius, string? tip = null)
        => Add($"<circle class=\"{@class}\" cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\"", tip, "circle");

    /// <summary>A line through points, broken where one is missing.</summary>
    public void Curve(string @class, IEnumerable<(double X, double? Y)> points)
    {
        var path = new StringBuilder();
        var command = 'M';
        foreach (var (x, y) in points)
        {
            if (y is { } value)
            {
                path.Append(CultureInfo.InvariantCulture, $"{command}{x:0.##} {value:0.##}");
            }

            command = y is null ? 'M' : 'L';
        }

        if (path.Length > 0)
        {
            Add($"<path class=\"{@class}\" d=\"{path}\"", tip: null, "path");
        }
    }

    /// <summary>What is between a line through points and the floor.</summary>
    public void Area(string @class, double floor, IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] line = [.. points];
        if (line.Length > 0)
        {
            var path = string.Concat(line.Select(point => string.Create(CultureInfo.InvariantCulture, $"L{point.X:0.##} {point.Y:0.##}")));
            Add($"<path class=\"{@class}\" d=\"M{line[0].X:0.##} {floor:0.##}{path}L{line[^1].X:0.##} {floor:0.##}Z\"", tip: null, "path");
        }
    }

    public void Text(string @class, double x, double y, string text)
        => _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{@class}\" x=\"{x:0.##}\" y=\"{y:0.##}\">{WebUtility.HtmlEncode(text)}</text>");

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width:0} {height:0}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">{_body}</svg>");

    private void Add(FormattableString opening, string? tip, string element)
    {
        _body.Append(opening.ToString(CultureInfo.InvariantCulture));
        _body.Append(tip is null ? "/>" : $"><title>{WebUtility.HtmlEncode(tip)}</title></{element}>");
    }
}
