namespace LlmResilience;

/// <summary>How an attempt failed before the commit.</summary>
/// <param name="Failure">The classified failure.</param>
/// <param name="Exception">What was thrown.</param>
internal sealed record AttemptFailure(Failure Failure, Exception Exception);
