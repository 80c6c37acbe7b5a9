using Overload.Stage.Load;
using Overload.Stage.Recording;

namespace Overload.Stage.Display;

/// <summary>The last second or so of a run.</summary>
internal sealed class LastSecond(RunRecorder run)
{
    // First tokens are few in calm times: their quantiles look a little further back.
    private static readonly TimeSpan FirstTokenWindow = TimeSpan.FromSeconds(2);
    private readonly TimeSpan _now = run.Elapsed;

    public RunRecording Recording { get; } = run.Read();

    public double Second => _now.TotalSeconds;

    public LoadPhase Phase => LoadProfile.PhaseAt(Second);

    public TimelineSample? Sample => Recording.Samples.Count > 0 ? Recording.Samples[^1] : null;

    public int AnsweredBy(string endpoint) => Ended.Count(request => request.IsAnswered && request.Endpoint == endpoint);

    public int Failed => Ended.Count(request => !request.IsAnswered);

    /// <param name="endpoint">Whose first tokens; <see langword="null"/> for those that users saw.</param>
    /// <param name="q">The quantile.</param>
    public double? FirstToken(string? endpoint, double q)
        => Quantile.Of(Recording.FirstTokens.Where(token => token.Endpoint == endpoint && token.At > _now - FirstTokenWindow).Select(token => token.Milliseconds), q);

    private IEnumerable<RequestRecord> Ended => Recording.Requests.Where(request => request.EndedAt > _now - TimeSpan.FromSeconds(1));
}
