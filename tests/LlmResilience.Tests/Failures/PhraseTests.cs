using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>Where a phrase with gaps is found; a quotation is written as an underline.</summary>
public sealed class PhraseTests
{
    [Theory]
    [InlineData("too long", "too long", true)]
    [InlineData("too long", "it is too long", true)]
    [InlineData("too long", "too longer", true)]
    [InlineData("too long", "too lon", false)]
    [InlineData("too long", "", false)]
    [InlineData("is <n>", "is 4096", true)]
    [InlineData("is <n>", "is 4,096.5 tokens", true)]
    [InlineData("is <n>", "is many, is 5", true)]
    [InlineData("is <n>", "is ", false)]
    [InlineData("is <n>", "is ,5", false)]
    [InlineData("is <n> tokens", "is 4096 tokens", true)]
    [InlineData("is <n> tokens", "is 4,096.5 tokens", true)]
    [InlineData("is <n> tokens", "is 4096 words", false)]
    [InlineData("is <n> tokens", "is tokens", false)]
    [InlineData("the model <q> is", "the model _ is", true)]
    [InlineData("the model <q> is", "the model m is", false)]
    [InlineData("the model <q> is", "the model _ was", false)]
    [InlineData("the model <q> is", "the model", false)]
    [InlineData("the <*> is", "the one and only is", true)]
    [InlineData("the <*> is", "the one and only was", false)]
    [InlineData("the<*>end", "theend", true)]
    [InlineData("the <*> is <q> at <n>", "the model is _ at 5", true)]
    [InlineData("the <*> is <q> at <n>", "the model is _ at five", false)]
    [InlineData("<*> is", "one is", true)]
    [InlineData("<n> is <q>", "5 is _", true)]
    [InlineData("<n> is <q>", "five is _", false)]
    public void A_gap_is_filled_by_its_kind_alone(string phrase, string text, bool found)
        => Assert.Equal(found, new Phrase(phrase).IsIn(text.Replace('_', SpokenText.Quotation)));

    [Theory]
    [InlineData(160, true)]
    [InlineData(161, false)]
    public void Anything_is_not_all(int length, bool found)
        => Assert.Equal(found, new Phrase("the<*>end").IsIn($"the{new string('x', length)}end of it"));

    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "bar foo", false)]
    [InlineData("foo", " foo", false)]
    [InlineData("foo", "bar. foo", true)]
    [InlineData("foo", "bar! foo", true)]
    [InlineData("foo", "bar; foo", true)]
    [InlineData("foo", "bar。 foo", true)]
    [InlineData("foo", "bar, foo", false)]
    [InlineData("foo", "bar.foo", false)]
    [InlineData("foo", "bar\nfoo", true)]
    [InlineData("foo", "a foo. foo", true)]
    [InlineData("foo", "a foo, a foo", false)]
    [InlineData("foo <n>", "foo bar. foo 5", true)]
    [InlineData("<*>foo", "bar foo", true)]
    public void A_sentence_begins_at_the_beginning_and_behind_the_last(string phrase, string text, bool found)
        => Assert.Equal(found, new Phrase(phrase).BeginsSentence(text));
}
