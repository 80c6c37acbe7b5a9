using System.Text;
using Overload.Stage.Report.Charts;
using Overload.Stage.Runs;

namespace Overload.Stage.Report;

/// <summary>Both runs on one page that needs nothing from outside: no script, no font, no image.</summary>
internal static class HtmlReport
{
    public const string FileName = "overload.html";

    public static Task WriteAsync(string file, HtmlReportData data) => File.WriteAllTextAsync(file, Compose(data), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private static string Compose(HtmlReportData data)
    {
        var (without, with) = (data.Unprotected, data.Protected);
        var duration = new[] { without, with }.Max(run => run.Recording.Requests.Max(request => request.EndedAt.TotalSeconds));
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>A model server is overloaded – LlmResilience</title>
            <style>
            {ReadStyle()}
            </style>
            </head>
            <body>
            <main>
            {HtmlSummary.Header(data)}
            {HtmlSummary.Table(without, with)}
            {HtmlSummary.Verdict(data.Verdict)}
            <h2>The two timelines</h2>
            <p class="lead">The same users at the same times, on the same scales. Point at a bar or a dot for its numbers.</p>
            {Row("What became of the requests", "Per half second in which they were sent.", [("self", "answered by self-hosted"), ("backup", "answered by hosted"), ("failed", "failed")], TrafficChart.Draw(without, duration), TrafficChart.Draw(with, duration))}
            {Row("Time to the first token", "As users saw it, by the second in which they asked, on a logarithmic scale. A request that never got a token is in no curve.", [("p50", "p50"), ("p99", "p99"), ("limit", "first-token limit (protected run)")], FirstTokenChart.Draw(without, duration, data.Settings.Timeouts.FirstToken), FirstTokenChart.Draw(with, duration, data.Settings.Timeouts.FirstToken))}
            {Row("The self-hosted server", "What it works on and what waits, ten times a second.", [("queue", "waiting in its queue"), ("running", "running"), ("down", "down")], ServerChart.Draw(without, duration), ServerChart.Draw(with, duration))}
            {Row("The endpoints in LlmResilience", "State and k.", [("healthy", "healthy"), ("ejected", "ejected"), ("probing", "probing"), ("ramping", "ramping")], "<p class=\"none\">Nobody looks after the server: every request goes to it, whether it can take one or not.</p>", StateChart.Draw(with, duration))}
            {HtmlNotes.Ejections(with)}
            {HtmlNotes.Method(data)}
            </main>
            </body>
            </html>

            """;
    }

    private static string Row(string title, string caption, IReadOnlyList<(string Class, string Label)> legend, string left, string right)
        => $"""
            <section>
            <h3>{title}</h3>
            <p class="caption">{caption}</p>
            <ul class="legend">{string.Concat(legend.Select(entry => $"<li><i class=\"key {entry.Class}\"></i>{entry.Label}</li>"))}</ul>
            <div class="pair">
            <figure><figcaption>unprotected</figcaption><div class="scroll">{left}</div></figure>
            <figure><figcaption>protected</figcaption><div class="scroll">{right}</div></figure>
            </div>
            </section>
            """;

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd().Trim();
    }
}
