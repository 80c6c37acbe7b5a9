using System.Text;

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
    [InlineData(400, "invalid_request_error", "What your credit balance is, a tool tells", FailureKind.InvalidRequest)]
    [InlineData(400, "invalid_request_error", "The function 'billing' has no description", FailureKind.InvalidRequest)]
    [InlineData(400, "context_length_exceeded", null, FailureKind.ContextLengthExceeded)]
    [InlineData(400, null, "This model's maximum context length is 4096 tokens", FailureKind.ContextLengthExceeded)]
    [InlineData(400, "content_filter", null, FailureKind.ContentFiltered)]
    [InlineData(400, "invalid_value", null, FailureKind.InvalidRequest)]
    [InlineData(403, null, null, FailureKind.Unauthorized)]
    [InlineData(599, null, null, FailureKind.ServerError)]
    [InlineData(418, null, null, FailureKind.InvalidRequest)]
    public void A_status_is_told_apart_by_its_code(int status, string? code, string? message, FailureKind kind)
        => Assert.Equal(kind, Failure.FromHttpStatus(status, code, message).Kind);

    [Theory]
    [InlineData(7, "Please try again in 9s.", 7d)]
    [InlineData(null, "Please try again in 9s.", 9d)]
    [InlineData(7, null, 7d)]
    [InlineData(null, null, null)]
    public void A_wait_that_the_caller_knows_counts_before_one_in_the_message(int? given, string? message, double? seconds)
    {
        var failure = Failure.FromHttpStatus(429, errorCode: null, message, given is { } wait ? TimeSpan.FromSeconds(wait) : null);

        Assert.Equal(seconds, failure.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public void A_response_of_any_provider_tells_its_kind_its_code_and_its_wait()
    {
        KeyValuePair<string, string>[] headers = [new("Retry-After", "7")];

        var failure = Failure.FromHttpResponse(429, headers, """{"error":{"type":"rate_limit_error","message":"Please try again in 1h."}}"""u8, DateTimeOffset.UnixEpoch);

        Assert.Equal((FailureKind.RateLimited, 429, "rate_limit_error", TimeSpan.FromSeconds(7)), (failure.Kind, failure.StatusCode, failure.ErrorCode, failure.RetryAfter));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"error\":")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"error\":{\"message\":\"\\ud800\",\"code\":[1]}}")]
    public void A_body_that_is_no_error_leaves_the_status(string body)
        => Assert.Equal(FailureKind.ServerError, Failure.FromHttpResponse(502, headers: null, Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch).Kind);

    [Theory]
    [InlineData("{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"")]
    [InlineData("{\"error\":{\"code\":\"insufficient_quota\",\"details\":[{\"x\":[1,{\"y\":\"")]
    public void A_code_counts_though_the_body_is_longer_than_what_is_read(string start)
    {
        var body = Encoding.UTF8.GetBytes(start + new string('x', 1 << 20) + "\"}}");

        Assert.Equal(FailureKind.QuotaExhausted, Failure.FromHttpResponse(400, headers: null, body, DateTimeOffset.UnixEpoch).Kind);
    }

    [Theory]
    [InlineData("maximum context length is ")]
    [InlineData("\"'`")]
    [InlineData("{'a': ")]
    [InlineData("the model does not exist, your team ")]
    [InlineData("[[[[{\"error\":")]
    public void A_hostile_body_is_read_in_time_linear_in_its_length(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, (64 * 1024 / piece.Length) + 1));
        var body = Encoding.UTF8.GetBytes($$$"""{"error":{"message":{{{System.Text.Json.JsonSerializer.Serialize(text)}}}}}""");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        _ = Failure.FromHttpResponse(400, headers: null, body, DateTimeOffset.UnixEpoch);
        _ = Failure.FromHttpResponse(400, headers: null, Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
    }
}
