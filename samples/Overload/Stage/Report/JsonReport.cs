using System.Text.Json;
using Overload.Stage.Runs;

namespace Overload.Stage.Report;

/// <summary>The numbers of both runs, for machines.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    public static Task WriteAsync(string? file, RunResult without, RunResult with)
        => file is null ? Task.CompletedTask : File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { @unprotected = Describe(without), @protected = Describe(with) }, Format) + "\n");

    private static object Describe(RunResult run) => new
    {
        requests = run.Requests,
        answered = run.Answered,
        failed = run.Failed,
        firstTokenP50Ms = Rounded(run.FirstTokenP50),
        firstTokenP99Ms = Rounded(run.FirstTokenP99),
        crashes = run.Crashes,
        downSeconds = Math.Round(run.Downtime.TotalSeconds, 3),
        backupShare = Math.Round(run.BackupShare, 4),
        ejections = run.Ejections.Select(ejection => new { endpoint = ejection.Endpoint, k = ejection.K, seconds = Math.Round(ejection.Time.TotalSeconds, 3) }),
        primaryServingAtEnd = run.PrimaryServingAtEnd,
    };

    private static double? Rounded(double? milliseconds) => milliseconds is { } value ? Math.Round(value, 1) : null;
}
