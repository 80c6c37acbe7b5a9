using System.Globalization;
using System.Net;
using Overload.Stage.Runs;

namespace Overload.Stage.Report;

/// <summary>The top of the page.</summary>
internal static class HtmlSummary
{
    public static string Header(HtmlReportData data)
        => $"""
            <header>
            <h1>A model server is overloaded<span>, and {(data.Protected.Failed == 0 ? "nobody notices" : "somebody notices")}</span></h1>
            <p class="lead">A self-hosted model on one 24&nbsp;GB GPU, a hosted model as the backup, and a surge of users far above what the GPU can do.
            The same users twice: first the app calls its server directly, then through LlmResilience.</p>
            <div class="tiles">{Tile("unprotected", data.Unprotected)}{Tile("protected", data.Protected)}</div>
            </header>
            """;

    public static string Table(RunResult without, RunResult with)
        => $"""
            <div class="scroll"><table>
            <thead><tr><th></th><th>unprotected</th><th>protected</th></tr></thead>
            <tbody>
            {string.Concat(SummaryRows.Of(without, with).Select(row => $"<tr{(row.Label.StartsWith(' ') ? " class=\"part\"" : "")}><th>{Encode(row.Label.Trim())}</th><td>{Encode(row.Unprotected)}</td><td>{Encode(row.Protected)}</td></tr>\n"))}</tbody>
            </table></div>
            """;

    public static string Verdict(Verdict verdict)
        => $"""
            <ul class="verdict">
            {string.Concat(verdict.Parts.Select(part => $"<li class=\"{(part.Holds ? "holds" : "fails")}\"><b>{(part.Holds ? "holds" : "failed")}</b><span>{Encode(part.Claim)} <small>({Encode(part.Seen)})</small></span></li>\n"))}</ul>
            """;

    private static string Tile(string name, RunResult run)
        => string.Create(CultureInfo.InvariantCulture, $"""
            <div class="tile {(run.Failed == 0 ? "good" : "bad")}"><h2>{name}</h2><p class="big">{run.AnsweredPercent:0.#}&nbsp;%</p>
            <p>of {run.Requests} requests answered; the server was {(run.Crashes == 0 ? "never down" : $"down {run.Downtime.TotalSeconds:0.0} s")}</p></div>
            """);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
