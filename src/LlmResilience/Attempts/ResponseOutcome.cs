namespace LlmResilience.Attempts;

/// <summary>What became of the wait for a response.</summary>
/// <param name="Failure">What went wrong; <see langword="null"/> if the response is there and right.</param>
/// <param name="IsJudged">The response was late, and that counts already: how the attempt ends counts no more.</param>
internal readonly record struct ResponseOutcome(AttemptFailure? Failure, bool IsJudged);
