namespace LlmResilience.Tests.Failures;

public class RetryAfterHeaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData(" 7 ", 7)]
    [InlineData("1.5", 1.5)]
    [InlineData("Mon, 04 May 2026 12:00:30 GMT", 30)]
    [InlineData("Mon, 04 May 2026 11:59:00 GMT", 0)]
    public void Seconds_and_dates_are_read(string value, double seconds)
    {
        Assert.True(RetryAfterHeader.TryParse(value, Now, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(seconds), retryAfter);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("NaN")]
    public void What_is_neither_is_not(string? value)
    {
        Assert.False(RetryAfterHeader.TryParse(value, Now, out var retryAfter));
        Assert.Equal(TimeSpan.Zero, retryAfter);
    }

    [Fact]
    public void More_than_a_time_span_holds_is_the_longest()
    {
        Assert.True(RetryAfterHeader.TryParse("99999999999999999999", Now, out var retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
    }

    [Theory]
    [InlineData("1500", 1.5)]
    [InlineData("0.5", 0.0005)]
    public void Milliseconds_are_read(string value, double seconds)
    {
        Assert.True(RetryAfterHeader.TryParseMilliseconds(value, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(seconds), retryAfter);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1 s")]
    [InlineData("NaN")]
    public void What_is_no_number_of_milliseconds_is_not(string? value) => Assert.False(RetryAfterHeader.TryParseMilliseconds(value, out _));
}
