using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>The error of the provider behind a relay, inside the relay's own message.</summary>
public sealed class EmbeddedErrorTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":"is: None"}""", """{"a":"is: None"}""")]
    [InlineData("""b'{"a":1}'""", """{"a":1}""")]
    [InlineData("""[{"a":1}]""", """{"a":1}""")]
    [InlineData("""litellm.BadRequestError: OpenAIException - {"a":1}""", """{"a":1}""")]
    [InlineData("""400: [{"a":{"b":2}}] and more""", """{"a":{"b":2}}""")]
    [InlineData("{'a': 'b'}", """{"a": "b"}""")]
    [InlineData("Error code: 400 - {'a': {'b': None, 'c': True, 'd': False, 'e': 5}}", """{"a": {"b": null, "c": true, "d": false, "e": 5}}""")]
    [InlineData("""{'a': "it's"}""", """{"a": "it's"}""")]
    [InlineData("""{'a': 'say "b"'}""", """{"a": "say \"b\""}""")]
    [InlineData("""{'a': 'it\'s'}""", """{"a": "it's"}""")]
    [InlineData("""{'a': 'one\ntwo\\'}""", """{"a": "one\ntwo\\"}""")]
    public void It_is_found_behind_a_wrapper_or_alone_and_is_JSON(string message, string json) => Assert.Equal(json, EmbeddedError.Find(message));

    [Theory]
    [InlineData("no object")]
    [InlineData("half an object: {")]
    [InlineData("error: }{")]
    [InlineData("""The argument {"a":1} is wrong""")]
    [InlineData("""error: the argument {"a":1} is wrong""")]
    [InlineData("")]
    public void An_object_elsewhere_is_what_somebody_sent(string message) => Assert.Null(EmbeddedError.Find(message));

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public void A_text_longer_than_an_error_is_none(int length, bool found)
        => Assert.Equal(found, EmbeddedError.Find($"{{{new string(' ', length - 2)}}}") is not null);
}
