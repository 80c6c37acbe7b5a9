using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>Which call an app has forgotten whose SDK throws what nobody understands.</summary>
public sealed class KnownSdksTests
{
    [Theory]
    [InlineData("System.ClientModel.ClientResultException", "AddOpenAI()")]
    [InlineData("OpenAI.SomeException", "AddOpenAI()")]
    [InlineData("Azure.AI.OpenAI.SomeException", "AddOpenAI()")]
    [InlineData("Anthropic.Exceptions.AnthropicApiException", "AddAnthropic()")]
    [InlineData("System.InvalidOperationException", null)]
    [InlineData("MyOpenAI.SomeException", null)]
    public void An_exceptions_name_tells_whose_it_is(string exceptionType, string? call) => Assert.Equal(call, KnownSdks.CallFor(exceptionType));
}
