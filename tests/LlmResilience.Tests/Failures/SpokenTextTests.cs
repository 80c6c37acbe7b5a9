using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>What a provider itself says in a message; a quotation is shown as an underline.</summary>
public sealed class SpokenTextTests
{
    private const int Longest = 8192;

    [Theory]
    [InlineData("No  Model\t here", "no model here")]
    [InlineData("  one", "one")]
    [InlineData("one\r\n\r\ntwo", "one\ntwo")]
    [InlineData("one\n  two", "one\ntwo")]
    [InlineData("one\u0001two", "one two")]
    [InlineData("say \"a\" end", "say _ end")]
    [InlineData("say `a` end", "say _ end")]
    [InlineData("say 'a' end", "say _ end")]
    [InlineData("say \u2018a\u2019 end", "say _ end")]
    [InlineData("say \u201Ca\u201D end", "say _ end")]
    [InlineData("say \u201Ea\u201C end", "say _ end")]
    [InlineData("say \u00ABa\u00BB end", "say _ end")]
    [InlineData("'a' end", "_ end")]
    [InlineData("say 'a'", "say _")]
    [InlineData("it doesn't say 'it isn't' so", "it doesn't say _ so")]
    [InlineData("the users' own words' end", "the users' own words' end")]
    public void Case_space_and_quotations_are_taken_out(string message, string said)
    {
        var text = SpokenText.Of(message);

        Assert.Equal((said, said), (Show(text.Strict), Show(text.Lenient)));
    }

    [Theory]
    [InlineData("a \"b\" c \"d\" e", "a _ e", "a _ c _ e")]
    [InlineData("a 'b' c 'd' e", "a _ e", "a _ c _ e")]
    [InlineData("a \"b", "a _", "a \"b")]
    [InlineData("a `b", "a _", "a `b")]
    [InlineData("a 'b", "a 'b", "a 'b")]
    [InlineData("a 'b 'c' d", "a _ d", "a _ d")]
    public void Strictly_a_quotation_may_hold_others_of_its_kind(string message, string strict, string lenient)
    {
        var text = SpokenText.Of(message);

        Assert.Equal((strict, lenient), (Show(text.Strict), Show(text.Lenient)));
    }

    [Theory]
    [InlineData("Expected a number, got one", "expected a number,")]
    [InlineData("A number was expected, got: one", "a number was expected,")]
    [InlineData("supplied: one", "")]
    [InlineData("we received: one", "we ")]
    [InlineData("wrong [input_value=one]", "wrong [")]
    [InlineData("wrong input: one", "wrong ")]
    [InlineData("wrong value: one", "wrong ")]
    [InlineData("the last message is one", "the ")]
    [InlineData("unknown name one", "")]
    [InlineData("the previous block is one", "the ")]
    [InlineData("supplied: one, value: two", "")]
    [InlineData("value: one, supplied: two", "")]
    public void Strictly_what_follows_an_echo_was_sent_and_not_said(string message, string strict)
    {
        var text = SpokenText.Of(message);

        Assert.Equal((strict, message.ToLowerInvariant()), (text.Strict, text.Lenient));
    }

    [Theory]
    [InlineData(Longest)]
    [InlineData(Longest + 1)]
    public void Only_the_beginning_of_a_long_message_is_read(int length)
        => Assert.Equal(Longest, SpokenText.Of(new string('x', length)).Lenient.Length);

    [Fact]
    public void The_names_before_a_message_are_kept_apart()
    {
        var text = SpokenText.Of("litellm.RateLimitError: AnthropicException - Slow down");

        Assert.Equal(["litellm.ratelimiterror", "anthropicexception"], text.Wrappers);
        Assert.Equal("slow down", text.Strict);
    }

    private static string Show(string text) => text.Replace(SpokenText.Quotation, '_');
}
