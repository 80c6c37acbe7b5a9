using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>What relays put before the message of the provider behind them is taken off, and nothing else is.</summary>
public sealed class MessageWrappersTests
{
    [Theory]
    [InlineData("litellm.badrequesterror: no", "litellm.badrequesterror", "no")]
    [InlineData("openaiexception - no", "openaiexception", "no")]
    [InlineData("<400> no", "<400>", "no")]
    [InlineData("400: no", "400", "no")]
    [InlineData("error code: 400 - no", "error code: 400", "no")]
    [InlineData("internalerror.algo.invalidparameter: no", "internalerror.algo.invalidparameter", "no")]
    [InlineData("upstream error from x: no", "upstream error from x", "no")]
    [InlineData("upstream error: no", "upstream error", "no")]
    [InlineData("api error: no", "api error", "no")]
    [InlineData("error: no", "error", "no")]
    [InlineData("authentication error, no", "authentication error", "no")]
    [InlineData("litellm authentication error, key: no", "litellm authentication error", "key: no")]
    [InlineData("  error:   no", "error", "no")]
    [InlineData("a.ratelimiterror: b - c", "a.ratelimiterror", "b - c")]
    [InlineData("error - b: c", "error", "b: c")]
    public void A_wrapper_is_taken_off_and_its_name_is_kept(string text, string name, string rest)
    {
        var names = new List<string>();

        Assert.Equal(rest, MessageWrappers.Remove(text, names));
        Assert.Equal([name], names);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("note: no")]
    [InlineData("this is an error: no")]
    [InlineData("one - two")]
    [InlineData("one, two")]
    [InlineData("one, authentication error")]
    [InlineData("note: authentication error, no")]
    [InlineData(": authentication error, no")]
    [InlineData(": no")]
    [InlineData("4000: no")]
    [InlineData("40: no")]
    [InlineData("one: no")]
    [InlineData("<4000> no")]
    [InlineData("error:no")]
    [InlineData("the error: a - b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaerror: no")]
    [InlineData("")]
    public void Other_words_stay(string text)
    {
        var names = new List<string>();

        Assert.Equal(text, MessageWrappers.Remove(text, names));
        Assert.Empty(names);
    }

    [Fact]
    public void A_wrapper_is_short()
    {
        Assert.Equal("no", MessageWrappers.Remove($"{new string('a', 57)}error: no", []));
        Assert.Equal(66, MessageWrappers.Remove($"{new string('a', 58)}error: ", []).Trim().Length + 2);
    }

    [Theory]
    [InlineData(8, "no")]
    [InlineData(9, "error: no")]
    public void So_many_wrappers_are_taken_off_and_no_more(int wrappers, string rest)
        => Assert.Equal(rest, MessageWrappers.Remove(string.Concat(Enumerable.Repeat("error: ", wrappers)) + "no", []));
}
