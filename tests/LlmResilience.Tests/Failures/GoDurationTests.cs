using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

public class GoDurationTests
{
    [Theory]
    [InlineData("1s", 1000d)]
    [InlineData("6m0s", 360000d)]
    [InlineData("250ms", 250d)]
    [InlineData("1h2m3.5s", 3723500d)]
    [InlineData("1d", 86400000d)]
    [InlineData("500us", 0.5d)]
    [InlineData("500µs", 0.5d)]
    [InlineData("100000ns", 0.1d)]
    [InlineData(" 7.66s ", 7660d)]
    [InlineData("60", 60000d)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("s", null)]
    [InlineData("-1s", null)]
    [InlineData("1.2.3s", null)]
    [InlineData("1 s", null)]
    [InlineData("1y", null)]
    public void Parses(string? value, double? milliseconds)
        => Assert.Equal(milliseconds, GoDuration.Parse(value)?.TotalMilliseconds);

    [Fact]
    public void A_number_too_large_is_the_longest_time()
        => Assert.Equal(TimeSpan.MaxValue, GoDuration.Parse(new string('9', 400) + "h"));
}
