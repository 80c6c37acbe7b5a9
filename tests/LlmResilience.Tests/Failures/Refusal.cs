namespace LlmResilience.Tests.Failures;

/// <summary>An exception of which a test says what kind of failure it is.</summary>
internal sealed class Refusal(FailureKind kind, double? retryAfterSeconds = null) : Exception
{
    public Failure Failure { get; } = new(kind) { RetryAfter = retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
}

internal sealed class RefusalClassifier : FailureClassifier
{
    public override Failure? Classify(Exception exception, FailureClassifierContext context) => (exception as Refusal)?.Failure;
}
