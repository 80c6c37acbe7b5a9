using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>Which header says how long to wait, and in what.</summary>
public sealed class HeaderWaitTests
{
    private const long Seconds = 1_777_896_000;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(Seconds);

    [Theory]
    [InlineData("Retry-After: 7", 7d)]
    [InlineData("retry-after: 1m30s", 90d)]
    [InlineData("Retry-After: Mon, 04 May 2026 12:00:30 GMT", 30d)]
    [InlineData("Retry-After: 7|Retry-After-Ms: 1500", 1.5)]
    [InlineData("Retry-After: 7|x-ms-retry-after-ms: 2500", 2.5)]
    [InlineData("x-ms-retry-after-ms: 2500|retry-after-ms: 1500", 1.5)]
    [InlineData("retry-after-ms: soon|Retry-After: 7", 7d)]
    [InlineData("Retry-After: soon", null)]
    [InlineData("X-Retry: 7", null)]
    public void The_most_exact_header_counts(string headers, double? seconds)
        => Assert.Equal(seconds, HeaderWait.ReadRetryAfter(Parse(headers), Now)?.TotalSeconds);

    [Theory]
    [InlineData("x-ratelimit-reset-requests: 6s", 6d)]
    [InlineData("x-ratelimit-reset-requests: 6s|x-ratelimit-remaining-requests: 0", 6d)]
    [InlineData("x-ratelimit-reset-requests: 6s|x-ratelimit-remaining-requests: -1", 6d)]
    [InlineData("x-ratelimit-reset-requests: 6s|x-ratelimit-remaining-requests: 1", null)]
    [InlineData("x-ratelimit-reset-requests: 6s|x-ratelimit-remaining-requests: some", null)]
    [InlineData("X-RateLimit-Reset: 6s|X-RateLimit-Remaining: 3", null)]
    [InlineData("x-ratelimit-reset-requests: 6s|x-ratelimit-reset-tokens: 9s", 9d)]
    [InlineData("x-ratelimit-reset-requests: 9s|x-ratelimit-reset-tokens: 6s", 9d)]
    [InlineData("x-ratelimit-reset-requests: 9s|x-ratelimit-remaining-requests: 1|x-ratelimit-reset-tokens: 6s|x-ratelimit-remaining-tokens: 0", 6d)]
    [InlineData("x-ratelimit-reset: never", null)]
    [InlineData("x-ratelimit-limit: 6s", null)]
    [InlineData("x-ratelimit-remaining: 0", null)]
    [InlineData("x-reset: 6s", null)]
    public void Of_the_limits_that_are_used_up_the_last_to_have_room_counts(string headers, double? seconds)
        => Assert.Equal(seconds, HeaderWait.ReadReset(Parse(headers), Now)?.TotalSeconds);

    [Theory]
    [InlineData("6m0s", 360d)]
    [InlineData("30", 30d)]
    [InlineData("2026-05-04T12:00:30Z", 30d)]
    [InlineData("1777896030", 30d)]
    [InlineData("1777896030.5", 30.5)]
    [InlineData("1777896030500", 30.5)]
    [InlineData("1777895000", 0d)]
    [InlineData("999999999", 999_999_999d)]
    [InlineData("1000000000", 0d)]
    [InlineData("99999999999", 99_999_999_999d - Seconds)]
    [InlineData("100000000000", 0d)]
    [InlineData("99999999999000", 99_999_999_999d - Seconds)]
    [InlineData("soon", null)]
    public void A_reset_is_a_duration_a_date_or_the_seconds_or_milliseconds_since_1970(string value, double? seconds)
        => Assert.Equal(seconds, HeaderWait.ParseReset(value, Now)?.TotalSeconds);

    [Fact]
    public void A_number_too_large_for_an_instant_is_the_longest_time()
        => Assert.Equal(TimeSpan.MaxValue, HeaderWait.ParseReset("100000000000000", Now));

    private static IEnumerable<KeyValuePair<string, string>> Parse(string headers)
        => headers.Split('|').Select(header => header.Split(": ", 2)).Select(header => KeyValuePair.Create(header[0], header[1]));
}
