using System.Globalization;

namespace Overload.Stage.Runs;

/// <summary>Whether the story held.</summary>
internal sealed record Verdict(IReadOnlyList<VerdictPart> Parts)
{
    private const double LeastFailedShare = 0.2;
    private const int LeastEjections = 2;

    public bool Holds => Parts.All(part => part.Holds);

    public static Verdict Of(RunResult without, RunResult with)
    {
        TimeSpan[] ejections = [.. with.Ejections.Where(ejection => ejection.Endpoint == EndpointNames.SelfHosted).Select(ejection => ejection.Time)];
        return new(
        [
            new("unprotected: the server goes down", without.Crashes > 0, Format($"{without.Crashes} crashes, down for {without.Downtime.TotalSeconds:0.0} s")),
            new("unprotected: at least 20 % of the requests fail", without.FailedShare >= LeastFailedShare, Format($"{without.FailedShare:0 %} of {without.Requests}")),
            new("protected: every request is answered", with.Failed == 0 && with.Requests > 0, Format($"{with.Answered} of {with.Requests}")),
            new("protected: the server never goes down", with.Crashes == 0 && with.Downtime == TimeSpan.Zero, Format($"{with.Crashes} crashes")),
            new("protected: it is ejected at least twice, for a growing time", ejections.Length >= LeastEjections && Grows(ejections), string.Join(", ", ejections.Select(time => Format($"{time.TotalSeconds:0.0} s")))),
            new("protected: it serves again at the end", with.PrimaryServingAtEnd, Format($"last seen {with.Recording.Samples[^1].SelfHosted?.State}")),
        ]);
    }

    private static bool Grows(IReadOnlyList<TimeSpan> times) => times.Zip(times.Skip(1)).All(pair => pair.Second > pair.First);

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
