namespace LlmResilience;

/// <summary>What an HTTP status and an error code mean, shared by the classifiers of all providers.</summary>
public static class HttpStatusFailures
{
    /// <summary>Classifies a response by its status and the error code in its body.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="code">The provider's error code or type, if the body has one, such as <c>context_length_exceeded</c>.</param>
    /// <param name="message">The provider's message; only searched for words about billing and context length, never kept.</param>
    /// <param name="retryAfter">How long the provider asks to be left alone, if it said so.</param>
    /// <returns>The failure.</returns>
    public static Failure Classify(int statusCode, string? code = null, string? message = null, TimeSpan? retryAfter = null)
        => new(KindOf(statusCode, code, message)) { StatusCode = statusCode, Code = code, RetryAfter = retryAfter };

    private static FailureKind KindOf(int statusCode, string? code, string? message) => statusCode switch
    {
        402 => FailureKind.QuotaExhausted,
        429 => IsQuota(code) ? FailureKind.QuotaExhausted : FailureKind.RateLimited,
        400 or 413 or 422 when IsContextLength(code, message) => FailureKind.ContextLengthExceeded,
        400 or 403 when IsQuota(code) || IsBilling(message) => FailureKind.QuotaExhausted,
        400 when IsContentFilter(code) => FailureKind.ContentFiltered,
        401 or 403 => FailureKind.Unauthorized,
        404 => FailureKind.NotFound,
        408 or 409 => FailureKind.ServerError,
        503 or 529 => FailureKind.Overloaded,
        >= 500 => FailureKind.ServerError,
        >= 400 => FailureKind.InvalidRequest,
        _ => FailureKind.InvalidResponse,
    };

    private static bool IsQuota(string? code) => code is
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" or "insufficient_balance"
        or "insufficient_credits" or "access_terminated" or "Arrearage" or "quota_exceeded" or "billing_error" or "exceeded_current_quota_error";

    private static bool IsBilling(string? message) => message is not null
        && (message.Contains("credit balance", StringComparison.OrdinalIgnoreCase)
            || message.Contains("billing", StringComparison.OrdinalIgnoreCase));

    private static bool IsContextLength(string? code, string? message) => code is "context_length_exceeded"
        || (message is not null
            && (message.Contains("maximum context length", StringComparison.OrdinalIgnoreCase)
                || message.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase)));

    private static bool IsContentFilter(string? code) => code is
        "content_filter" or "content_policy_violation" or "ResponsibleAIPolicyViolation" or "data_inspection_failed" or "DataInspectionFailed";
}
