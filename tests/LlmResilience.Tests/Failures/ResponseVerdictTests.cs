using System.Text;

namespace LlmResilience.Tests.Failures;

/// <summary>What counts where codes, phrases, classes and the status say different things.</summary>
public sealed class ResponseVerdictTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(200, 399, FailureKind.ServerError)]
    [InlineData(200, 400, FailureKind.InvalidRequest)]
    [InlineData(200, 429, FailureKind.RateLimited)]
    [InlineData(200, 503, FailureKind.Overloaded)]
    [InlineData(500, 400, FailureKind.ServerError)]
    [InlineData(500, 401, FailureKind.Unauthorized)]
    [InlineData(500, 422, FailureKind.ServerError)]
    [InlineData(500, 499, FailureKind.InvalidRequest)]
    [InlineData(500, 503, FailureKind.ServerError)]
    [InlineData(400, 404, FailureKind.NotFound)]
    [InlineData(400, 500, FailureKind.InvalidRequest)]
    [InlineData(400, 503, FailureKind.InvalidRequest)]
    [InlineData(403, 404, FailureKind.Unauthorized)]
    [InlineData(502, 404, FailureKind.ServerError)]
    [InlineData(501, 404, FailureKind.NotSupported)]
    public void The_status_in_the_body_counts_where_a_relay_would_hide_it(int status, int own, FailureKind kind)
    {
        var failure = Classify(status, $$"""{"code":{{own}}}""");

        Assert.Equal((kind, status), (failure.Kind, failure.StatusCode));
    }

    // The statuses are those at which the phrase has its say, then those at which the status keeps it.
    [Theory]
    [InlineData("Unsupported parameter.", FailureKind.NotSupported, "200 400 404 405 409 413 422 428 430 450 452 500 501", "401 402 403 429 451 502 503 529")]
    [InlineData("No such file object.", FailureKind.InvalidRequest, "200 400 404 405 409 413 422 428 430 450 452 500 501", "401 402 403 429 451 502 503 529")]
    [InlineData("Prompt is too long.", FailureKind.ContextLengthExceeded, "200 400 404 413 429 451 500 502 503 529", "401 402 403")]
    [InlineData("Content management policy.", FailureKind.ContentFiltered, "200 400 403 404 428 430 451 500 501", "401 402 429 502 503 529")]
    [InlineData("Rate limit exceeded.", FailureKind.RateLimited, "200 400 403 404 412 414 429 500 503", "401 402 413")]
    [InlineData("Model not exist.", FailureKind.NotFound, "200 400 403 404 428 430 500 503", "401 402 429")]
    [InlineData("Your credit balance is too low.", FailureKind.QuotaExhausted, "200 400 401 402 403 404 413 429 500 503 529", "")]
    [InlineData("Api key not valid.", FailureKind.Unauthorized, "200 400 401 402 403 404 413 429 500 503 529", "")]
    public void A_phrase_has_its_say_except_where_the_status_is_truer(string message, FailureKind kind, string phrased, string others)
        => AssertKinds($$"""{"message":"{{message}}"}""", kind, phrased, others);

    [Theory]
    [InlineData("invalid_request_error", FailureKind.InvalidRequest, "200 500 400 422", "401 402 403 404 429 501 502 503 529")]
    [InlineData("server_error", FailureKind.ServerError, "200 500 502", "400 403 404 429 501 503")]
    [InlineData("slow_down", FailureKind.Overloaded, "200 400 403 409 422 429 500 501 502 503 504 529", "401 402 404 413 451")]
    [InlineData("authentication_error", FailureKind.Unauthorized, "200 400 401 403 409 422 500 502", "402 404 413 429 501 503 529")]
    [InlineData("not_found_error", FailureKind.NotFound, "200 400 403 404 409 422 500 502", "401 402 413 429 501 503 529")]
    [InlineData("rate_limit_error", FailureKind.RateLimited, "200 400 403 409 422 429 500 501 502 503 528", "401 402 404 413 451 529")]
    public void A_class_has_its_say_where_the_status_says_less(string type, FailureKind kind, string classed, string others)
        => AssertKinds($$"""{"type":"{{type}}"}""", kind, classed, others);

    [Theory]
    [InlineData("200 400 413 429", FailureKind.ContextLengthExceeded)]
    [InlineData("401 402 403 404 500 503", null)]
    public void A_request_for_more_than_the_limit_never_fits(string statuses, FailureKind? kind)
    {
        foreach (var status in Parse(statuses))
        {
            Assert.Equal(kind ?? Classify(status, "{}").Kind, Classify(status, """{"message":"Limit 6000, Requested 12328"}""").Kind);
        }
    }

    [Theory]
    [InlineData("""{"code":"1113","type":"model_not_found"}""", FailureKind.NotFound, "model_not_found")]
    [InlineData("""{"code":"1113","type":"other"}""", FailureKind.QuotaExhausted, "1113")]
    [InlineData("""{"code":"other","reason":"insufficient_quota"}""", FailureKind.QuotaExhausted, "insufficient_quota")]
    [InlineData("""{"code":"other","reason":"another"}""", FailureKind.InvalidRequest, "other")]
    [InlineData("""{"code":"insufficient_quota","type":"model_not_found"}""", FailureKind.QuotaExhausted, "insufficient_quota")]
    [InlineData("""{"code":"insufficient_quota","message":"Prompt is too long."}""", FailureKind.QuotaExhausted, "insufficient_quota")]
    [InlineData("""{"code":"insufficient_quota","message":"Allocated quota exceeded."}""", FailureKind.RateLimited, "insufficient_quota")]
    [InlineData("""{"code":"insufficient_quota","flagged_input":"words"}""", FailureKind.ContentFiltered, "insufficient_quota")]
    [InlineData("""{"flagged_input":"words","message":"Request too large for m."}""", FailureKind.ContextLengthExceeded, null)]
    [InlineData("""{"type":"rate_limit_error","message":"Prompt is too long."}""", FailureKind.ContextLengthExceeded, "rate_limit_error")]
    public void Causes_count_before_phrases_names_before_numbers_and_what_is_truer_before_all(string body, FailureKind kind, string? code)
    {
        var failure = Classify(400, body);

        Assert.Equal((kind, code), (failure.Kind, failure.ErrorCode));
    }

    [Theory]
    [InlineData(429, "Retry-After: 1|x-ratelimit-reset: 2s", """{"retry_after":3,"headers":{"Retry-After":"4"},"message":"Retry in 5s"}""", 1d)]
    [InlineData(429, "x-ratelimit-reset: 2s", """{"retry_after":3,"headers":{"Retry-After":"4"},"message":"Retry in 5s"}""", 2d)]
    [InlineData(429, "", """{"retry_after":3,"headers":{"Retry-After":"4"},"message":"Retry in 5s"}""", 3d)]
    [InlineData(429, "", """{"headers":{"Retry-After":"4","x-ratelimit-reset":"6s"},"message":"Retry in 5s"}""", 4d)]
    [InlineData(429, "", """{"headers":{"x-ratelimit-reset":"6s"},"message":"Retry in 5s"}""", 6d)]
    [InlineData(429, "", """{"message":"Slow down","msg":"Retry in 5s"}""", 5d)]
    [InlineData(429, "", """{"message":"Slow down"}""", null)]
    [InlineData(503, "x-ratelimit-reset: 2s", """{"headers":{"x-ratelimit-reset":"6s"},"message":"Retry in 5s"}""", 5d)]
    [InlineData(402, "x-ratelimit-reset: 2s", """{"headers":{"x-ratelimit-reset":"6s"},"message":"Retry in 5s"}""", 5d)]
    [InlineData(500, "x-ratelimit-reset: 2s", """{"headers":{"x-ratelimit-reset":"6s"},"message":"Retry in 5s"}""", null)]
    [InlineData(500, "Retry-After: 1", """{}""", 1d)]
    [InlineData(500, "", """{"retry_after":3}""", 3d)]
    [InlineData(400, "", """{"message":"Retry in 5s"}""", null)]
    public void The_wait_is_the_first_that_is_there_and_a_reset_or_a_phrase_only_of_who_throttles(int status, string headers, string body, double? seconds)
    {
        var read = headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(": ")).Select(header => KeyValuePair.Create(header[0], header[1]));

        Assert.Equal(seconds, Failure.FromHttpResponse(status, read, Encoding.UTF8.GetBytes(body), Now).RetryAfter?.TotalSeconds);
    }

    private static void AssertKinds(string body, FailureKind kind, string statuses, string others)
    {
        Assert.All(Parse(statuses), status => Assert.Equal(kind, Classify(status, body).Kind));
        Assert.All(Parse(others), status => Assert.Equal(Classify(status, "{}").Kind, Classify(status, body).Kind));
        Assert.All(Parse(others), status => Assert.NotEqual(kind, Classify(status, body).Kind));
    }

    private static IEnumerable<int> Parse(string statuses)
        => statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(status => int.Parse(status, System.Globalization.CultureInfo.InvariantCulture));

    private static Failure Classify(int status, string body) => Failure.FromHttpResponse(status, headers: null, Encoding.UTF8.GetBytes(body), Now);
}
