using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>A request that asks for more than the limit that the error names.</summary>
public sealed class RequestedTokensTests
{
    [Theory]
    [InlineData("limit 6000, requested 12328", true)]
    [InlineData("limit 6000, used 5000, requested 6001.", true)]
    [InlineData("limit 6000, requested 6000", false)]
    [InlineData("limit 30,000, requested 342,389", true)]
    [InlineData("limit 30,000, requested 29,999", false)]
    [InlineData("limit 1,000, requested 999", false)]
    [InlineData("limit 5/1m, requested 9", true)]
    [InlineData("limit 5, requested 9,", true)]
    [InlineData("rate limit reached: limit 5, requested 9", true)]
    [InlineData("limit 5, as requested by you, requested 9", true)]
    [InlineData("limit 5, requested", false)]
    [InlineData("limit , requested 9", false)]
    [InlineData("requested 9, limit 5", false)]
    [InlineData("requested 1, limit 5, requested 9", true)]
    [InlineData("used 6000, requested 12328", false)]
    [InlineData("limit 5", false)]
    [InlineData("", false)]
    public void It_is_larger_than_the_limit_before_it(string text, bool exceeds) => Assert.Equal(exceeds, RequestedTokens.ExceedLimit(text));
}
