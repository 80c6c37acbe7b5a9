namespace LlmResilience.Anthropic;

/// <summary>What an error of Anthropic's API means.</summary>
internal static class ErrorFailures
{
    /// <param name="status">The response's status; <see langword="null"/> for an event inside a response of status 200.</param>
    /// <param name="error">The error.</param>
    /// <param name="retryAfter">How long to wait, if that was said.</param>
    public static Failure Classify(int? status, AnthropicErrorBody error, TimeSpan? retryAfter)
    {
        var failure = Failure.FromHttpStatus(status is null ? InBandStatusOf(error.Type) : StatusOf(error.Type) ?? status.Value, error.Type, error.Message, retryAfter);
        return new Failure(failure.Kind == FailureKind.InvalidRequest ? KindOf(error.Message) : failure.Kind)
        {
            StatusCode = status,
            ErrorCode = error.Code ?? error.Type,
            RetryAfter = retryAfter,
        };
    }

    /// <summary>The status with which an error would have come that came without one.</summary>
    public static int InBandStatusOf(string? type) => StatusOf(type) ?? (type is "invalid_request_error" ? 400 : 500);

    // A type that is more exact than a status, which a proxy may have changed.
    private static int? StatusOf(string? type) => type switch
    {
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => null,
    };

    // The API has one type for all that is wrong with a request, its account and its answer, and tells them apart in words only.
    private static FailureKind KindOf(string? message)
        => Says(message, "exceed context limit") ? FailureKind.ContextLengthExceeded
            : Says(message, "API usage limits") ? FailureKind.QuotaExhausted
            : Says(message, "content filtering policy") ? FailureKind.ContentFiltered
            : Says(message, "organization has been disabled") ? FailureKind.Unauthorized
            : FailureKind.InvalidRequest;

    private static bool Says(string? message, string words) => message is not null && message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
