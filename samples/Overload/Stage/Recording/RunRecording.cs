namespace Overload.Stage.Recording;

/// <summary>What has happened in a run so far.</summary>
internal sealed record RunRecording
{
    public required int Sent { get; init; }

    /// <summary>How often a request moved on to the next endpoint.</summary>
    public required int Fallbacks { get; init; }

    public required IReadOnlyList<RequestRecord> Requests { get; init; }

    public required IReadOnlyList<FirstTokenRecord> FirstTokens { get; init; }

    public required IReadOnlyList<EjectionRecord> Ejections { get; init; }

    public required IReadOnlyList<TimelineSample> Samples { get; init; }
}
