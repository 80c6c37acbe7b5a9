namespace LlmResilience.Tests.Failures;

/// <summary>A response that failed, by its status and what its body says.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(402, null, null, FailureKind.QuotaExhausted)]
    [InlineData(429, "insufficient_quota", null, FailureKind.QuotaExhausted)]
    [InlineData(429, "rate_limit_exceeded", null, FailureKind.RateLimited)]
    [InlineData(400, "billing_hard_limit_reached", null, FailureKind.QuotaExhausted)]
    [InlineData(403, "billing_hard_limit_reached", null, FailureKind.QuotaExhausted)]
    [InlineData(400, "invalid_request_error", "Your credit balance is too low", FailureKind.QuotaExhausted)]
    [InlineData(400, "context_length_exceeded", null, FailureKind.ContextLengthExceeded)]
    [InlineData(400, null, "This model's maximum context length is 4096 tokens", FailureKind.ContextLengthExceeded)]
    [InlineData(400, "content_filter", null, FailureKind.ContentFiltered)]
    [InlineData(400, "invalid_value", null, FailureKind.InvalidRequest)]
    [InlineData(403, null, null, FailureKind.Unauthorized)]
    [InlineData(599, null, null, FailureKind.ServerError)]
    [InlineData(418, null, null, FailureKind.InvalidRequest)]
    public void A_status_is_told_apart_by_its_code(int status, string? code, string? message, FailureKind kind)
        => Assert.Equal(kind, Failure.FromHttpStatus(status, code, message).Kind);
}
