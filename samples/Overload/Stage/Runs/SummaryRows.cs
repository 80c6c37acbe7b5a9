using System.Globalization;
using Overload.Stage.Recording;

namespace Overload.Stage.Runs;

/// <summary>What the terminal and the page show side by side.</summary>
internal static class SummaryRows
{
    public static IReadOnlyList<SummaryRow> Of(RunResult without, RunResult with)
    {
        return
        [
            Row("requests", run => Format($"{run.Requests}")),
            Row("answered", run => Format($"{run.Answered} ({run.AnsweredPercent:0.0} %)")),
            Row("failed", run => Format($"{run.Failed}")),
            .. Reasons(),
            Row("requests that saw a first token", run => Format($"{run.Recording.Requests.Count(request => request.FirstToken is not null)}")),
            Row("first token p50, as users saw it", run => Format($"{run.FirstTokenP50:0} ms")),
            Row("first token p99, as users saw it", run => Format($"{run.FirstTokenP99:0} ms")),
            Row("crashes of the self-hosted server", run => Format($"{run.Crashes}")),
            Row("seconds it was down", run => Format($"{run.Downtime.TotalSeconds:0.0}")),
            Row("answers from the backup", run => Format($"{run.BackupShare:0 %}")),
            Row("requests moved on before a token", run => Format($"{run.Recording.Fallbacks}")),
            Row("ejections of the self-hosted server", run => Format($"{run.Ejections.Count(ejection => ejection.Endpoint == EndpointNames.SelfHosted)}")),
            Row("it serves at the end", run => run.PrimaryServingAtEnd ? "yes" : "no"),
        ];

        SummaryRow Row(string label, Func<RunResult, string> value) => new(label, value(without), value(with));

        IEnumerable<SummaryRow> Reasons()
            => from reason in Enum.GetValues<FailureReason>()
               where Count(without, reason) + Count(with, reason) > 0
               select Row("  " + Describe(reason), run => Format($"{Count(run, reason)}"));
    }

    private static int Count(RunResult run, FailureReason reason) => run.Recording.Requests.Count(request => request.Failure == reason);

    private static string Describe(FailureReason reason) => reason switch
    {
        FailureReason.Refused => "connection refused",
        FailureReason.Lost => "lost before the first token",
        FailureReason.BrokenOff => "broken off in the middle",
        _ => "user gave up waiting",
    };

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
