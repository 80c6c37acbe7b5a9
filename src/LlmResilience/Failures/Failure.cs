namespace LlmResilience;

/// <summary>A classified failure: its kind and what the provider said about it.</summary>
/// <param name="Kind">What went wrong.</param>
public readonly record struct Failure(FailureKind Kind)
{
    /// <summary>How long the provider asks to be left alone; <see langword="null"/> if it did not say. Never negative.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status, if there was a response.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The provider's own error code, such as <c>insufficient_quota</c>. Never its message, which may quote the prompt.</summary>
    public string? Code { get; init; }
}
