namespace Overload.Stage.Recording;

/// <summary>One request as its user saw it. Times since the start of the run.</summary>
/// <param name="SentAt">When it was sent.</param>
/// <param name="EndedAt">When its answer was complete, or lost.</param>
/// <param name="Endpoint">Who answered, as far as anybody did.</param>
/// <param name="FirstToken">From the sending to the first token, with every attempt before it.</param>
/// <param name="Failure">Why there is no complete answer, if there is none.</param>
internal sealed record RequestRecord(TimeSpan SentAt, TimeSpan EndedAt, string? Endpoint, TimeSpan? FirstToken, FailureReason? Failure)
{
    public bool IsAnswered => Failure is null;
}
