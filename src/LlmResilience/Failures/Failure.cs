using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>A classified failure: its kind and what the provider said about it.</summary>
public readonly record struct Failure
{
    /// <summary>Creates a failure of which nothing but the kind is known.</summary>
    /// <param name="kind">What went wrong.</param>
    public Failure(FailureKind kind) => Kind = kind;

    /// <summary>What went wrong.</summary>
    public FailureKind Kind { get; init; }

    /// <summary>How long the provider asks to be left alone; <see langword="null"/> if it did not say. Never negative.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status, if there was a response.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The provider's own error code, such as <c>insufficient_quota</c>. Never its message, which may quote the prompt.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Classifies a response by its HTTP status and the error code in its body, as the classifiers of all providers do.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="errorCode">The provider's error code or type, if the body has one, such as <c>context_length_exceeded</c>.</param>
    /// <param name="message">The provider's message; only searched for known phrases, never kept.</param>
    /// <param name="retryAfter">How long the provider asks to be left alone, if it said so.</param>
    /// <returns>The failure.</returns>
    public static Failure FromHttpStatus(int statusCode, string? errorCode = null, string? message = null, TimeSpan? retryAfter = null)
    {
        var failure = ResponseVerdict.Of(statusCode, [], ErrorReport.Of(errorCode, message), DateTimeOffset.UnixEpoch);
        return failure with { ErrorCode = errorCode, RetryAfter = retryAfter ?? failure.RetryAfter };
    }

    /// <summary>
    /// Classifies a failed response, or one of status 200 that holds an error, by all that is known of how providers say no: codes, types
    /// and phrases of its body, its headers, its status. For a classifier of your own, whose provider need not be one of those.
    /// </summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="headers">The response's headers, of which those are read that say how long to wait; <see langword="null"/> for none.</param>
    /// <param name="body">The response's body, as it came: JSON, a text, a page, or nothing. At most 64 KiB of it are read, and nothing of its texts is kept.</param>
    /// <param name="utcNow">The wall clock's time, against which dates are measured.</param>
    /// <returns>The failure, with the wait that the provider gave, wherever it stood.</returns>
    public static Failure FromHttpResponse(int statusCode, IEnumerable<KeyValuePair<string, string>>? headers, ReadOnlySpan<byte> body, DateTimeOffset utcNow)
        => ResponseVerdict.Of(statusCode, headers ?? [], ErrorBody.Read(body, utcNow), utcNow);
}
