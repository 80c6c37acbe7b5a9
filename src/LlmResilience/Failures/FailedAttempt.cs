namespace LlmResilience;

/// <summary>One step of a request that failed: an attempt, or an endpoint that was passed over.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Kind">What went wrong; <see cref="FailureKind.Rejected"/> for an endpoint that was passed over.</param>
/// <param name="Duration">How long the attempt took; zero for an endpoint that was passed over.</param>
/// <param name="Exception">What was thrown, or why the endpoint was passed over.</param>
public sealed record FailedAttempt(string Endpoint, FailureKind Kind, TimeSpan Duration, Exception Exception);
