namespace LlmResilience.Failures;

/// <summary>What an HTTP status and an error code mean, shared by the classifiers of all providers.</summary>
internal static class HttpStatusFailures
{
    public static FailureKind KindOf(int statusCode, string? code, string? message) => statusCode switch
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
