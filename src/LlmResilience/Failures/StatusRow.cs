namespace LlmResilience.Failures;

/// <summary>Statuses from the first to the last, both included, and what they mean.</summary>
internal sealed record StatusRow(int First, int Last, FailureKind Kind, string Meaning);
