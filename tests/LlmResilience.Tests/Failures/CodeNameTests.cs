using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>What two spellings of one code have in common, and which rows of a table a code fits.</summary>
public sealed class CodeNameTests
{
    private static readonly CodeLookup Table = new(
    [
        Row("Model.Gone", FailureKind.NotFound), Row("broken", FailureKind.ServerError), Row("broken", FailureKind.Unknown),
        Row("gone", FailureKind.QuotaExhausted), Row("*full*", FailureKind.Overloaded), Row("half_full", FailureKind.RateLimited), Row("*_full", FailureKind.Rejected),
    ]);

    [Theory]
    [InlineData("Rate-Limit_Reached 2", "ratelimitreached2")]
    [InlineData("rate_limit_error", "ratelimit")]
    [InlineData("ThrottlingException", "throttling")]
    [InlineData("throttling_exception_error", "throttling")]
    [InlineData("ErrorOfMine", "errorofmine")]
    [InlineData("com.amazon.coral#ThrottlingException", "throttling")]
    [InlineData("one#two#three", "three")]
    [InlineData("ThrottlingException:http://internal.amazon.com/", "throttling")]
    [InlineData(":code", "code")]
    [InlineData("API_KEY_*", "apikey*")]
    [InlineData("", "")]
    public void Spellings_of_one_code_are_one_name(string code, string name) => Assert.Equal(name, CodeName.Simplify(code));

    [Fact]
    public void Of_a_code_that_is_a_text_the_beginning_is_its_name() => Assert.Equal(new string('x', 128), CodeName.Simplify(new string('x', 200)));

    [Theory]
    [InlineData("apikey*", "apikeyexpired", true)]
    [InlineData("apikey*", "apikey", true)]
    [InlineData("apikey*", "myapikey", false)]
    [InlineData("*unsupported", "isunsupported", true)]
    [InlineData("*unsupported", "unsupportedvalue", false)]
    [InlineData("*model*notfound*", "themodelwasnotfoundhere", true)]
    [InlineData("*model*notfound*", "notfoundmodel", false)]
    [InlineData("*model*notfound*", "modelgone", false)]
    [InlineData("*aa*aa*", "aaa", false)]
    [InlineData("*aa*aa*", "aaaa", true)]
    [InlineData("ab*b", "ab", false)]
    [InlineData("ab*b", "abb", true)]
    public void A_star_stands_for_anything(string pattern, string code, bool fits) => Assert.Equal(fits, CodeName.Fits(code, pattern.Split('*')));

    [Theory]
    [InlineData("MODEL_GONE", FailureKind.NotFound)]
    [InlineData("Model.Gone", FailureKind.NotFound)]
    [InlineData("broken_error", FailureKind.ServerError)]
    [InlineData("half-full", FailureKind.RateLimited)]
    [InlineData("is_full", FailureKind.Overloaded)]
    [InlineData("InternalError.Algo.Broken", FailureKind.ServerError)]
    [InlineData("Broken.Algo.Other", FailureKind.ServerError)]
    [InlineData("Broken.Gone", FailureKind.QuotaExhausted)]
    [InlineData("Other.Broken.Other", null)]
    [InlineData("Other", null)]
    public void The_whole_name_counts_before_its_last_part_and_that_before_its_first(string code, FailureKind? kind) => Assert.Equal(kind, Table.Find(code));

    private static CodeRow Row(string code, FailureKind kind) => new(code, kind, "any", "made for the test");
}
