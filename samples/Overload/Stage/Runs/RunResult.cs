using LlmResilience;
using Overload.Stage.Load;
using Overload.Stage.Recording;

namespace Overload.Stage.Runs;

/// <summary>A run in numbers.</summary>
internal sealed class RunResult(string name, RunRecording recording)
{
    /// <summary>Answers to requests sent in the last so many seconds tell who serves at the end.</summary>
    private const double ClosingSeconds = 3;

    public string Name => name;

    public RunRecording Recording => recording;

    public required long Crashes { get; init; }

    public required TimeSpan Downtime { get; init; }

    /// <summary>The settings of LlmResilience; <see langword="null"/> without it.</summary>
    public required EndpointOptions? Settings { get; init; }

    public int Requests => recording.Requests.Count;

    public int Answered => recording.Requests.Count(request => request.IsAnswered);

    public int Failed => Requests - Answered;

    public double FailedShare => Requests == 0 ? 0 : (double)Failed / Requests;

    /// <summary>Rounded down, so that 100 means all.</summary>
    public double AnsweredPercent => Requests == 0 ? 0 : Math.Floor(1_000.0 * Answered / Requests) / 10;

    public double? FirstTokenP50 => FirstToken(0.5);

    public double? FirstTokenP99 => FirstToken(0.99);

    public double BackupShare => Answered == 0 ? 0 : (double)AnsweredBy(EndpointNames.Hosted).Count() / Answered;

    public IReadOnlyList<EjectionRecord> Ejections => recording.Ejections;

    public bool PrimaryServingAtEnd
        => AnsweredBy(EndpointNames.SelfHosted).Any(request => request.SentAt.TotalSeconds >= LoadProfile.Duration - ClosingSeconds)
            && recording.Samples[^1] is { Server.IsDown: false } last
            && last.SelfHosted is null or { State: EndpointState.Healthy or EndpointState.Ramping };

    private IEnumerable<RequestRecord> AnsweredBy(string endpoint)
        => recording.Requests.Where(request => request.IsAnswered && string.Equals(request.Endpoint, endpoint, StringComparison.Ordinal));

    private double? FirstToken(double q)
        => Quantile.Of(recording.Requests.Where(request => request.FirstToken is not null).Select(request => request.FirstToken!.Value.TotalMilliseconds), q);
}
