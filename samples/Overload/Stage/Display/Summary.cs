using System.Globalization;
using Overload.Stage.Recording;
using Overload.Stage.Report;
using Overload.Stage.Runs;
using Spectre.Console;

namespace Overload.Stage.Display;

/// <summary>The end of the story: both runs side by side, the ejections, and the verdict.</summary>
internal static class Summary
{
    public static void Write(IAnsiConsole console, RunResult without, RunResult with, Verdict verdict)
    {
        var table = new Table().Border(console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.Ascii)
            .AddColumn("").AddColumn(new TableColumn("[bold]unprotected[/]").RightAligned()).AddColumn(new TableColumn("[bold]protected[/]").RightAligned());
        foreach (var row in SummaryRows.Of(without, with))
        {
            table.AddRow(Markup.Escape(row.Label), Markup.Escape(row.Unprotected), Markup.Escape(row.Protected));
        }

        console.WriteLine();
        console.Write(table);
        foreach (var ejection in with.Ejections)
        {
            console.WriteLine(Describe(ejection));
        }

        console.WriteLine();
        foreach (var part in verdict.Parts)
        {
            console.MarkupLine($"  {(part.Holds ? "[green]holds[/] " : "[red]FAILED[/]")}  {Markup.Escape(part.Claim)} [grey]({Markup.Escape(part.Seen)})[/]");
        }

        console.WriteLine();
        console.WriteLine(verdict.Holds
            ? $"The story held. {HtmlReport.FileName} has the timelines."
            : $"The story did NOT hold: {string.Join("; ", verdict.Parts.Where(part => !part.Holds).Select(part => part.Claim))}. {HtmlReport.FileName} has the timelines.");
    }

    private static string Describe(EjectionRecord ejection)
        => string.Create(CultureInfo.InvariantCulture, $"  {ejection.At.TotalSeconds,4:0.0} s  {ejection.Endpoint} ejected for {ejection.Time.TotalSeconds:0.00} s, k = {ejection.K} ({ejection.Reason})");
}
