namespace Overload.Stage.Runs;

internal sealed record SummaryRow(string Label, string Unprotected, string Protected);
