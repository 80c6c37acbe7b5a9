using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A truncated answer never looks like a success where nothing streams either.</summary>
public sealed class ResponseEndTests
{
    [Theory]
    [InlineData(FinishReasonRequirement.Auto, false, false)]
    [InlineData(FinishReasonRequirement.Auto, true, true)]
    [InlineData(FinishReasonRequirement.Always, false, true)]
    [InlineData(FinishReasonRequirement.Never, true, false)]
    public async Task A_response_without_a_finish_reason_is_a_part_where_one_is_due(FinishReasonRequirement requirement, bool sentOneBefore, bool isPart)
    {
        var truncated = new Script().Text("one");
        using var chain = new TestChain()
            .Endpoint("a", sentOneBefore ? new FakeChatClient(Script.Answer("whole"), truncated) : new FakeChatClient(truncated), endpoint => endpoint.RequireFinishReason = requirement)
            .Endpoint("b", Script.Answer("well"));
        if (sentOneBefore)
        {
            await chain.Client.AskAsync(streaming: false);
        }

        var response = await chain.Client.AskAsync(streaming: false);

        Assert.Equal(isPart ? "well" : "one", response.Text);
        Assert.Equal(isPart ? new AnsweringEndpoint("b", 2) : new AnsweringEndpoint("a", 1), response.GetLlmEndpoint());
        Assert.Equal(isPart ? 1 : 0, chain["a"].FailureRatio * chain["a"].SampleCount);
    }

    [Fact]
    public async Task A_part_is_an_invalid_response()
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(Script.Answer("whole"), new Script().Text("secret")));
        await chain.Client.AskAsync(streaming: false);

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        var attempt = Assert.Single(failed.Attempts);
        Assert.Equal(FailureKind.InvalidResponse, attempt.Kind);
        Assert.IsType<UnusableResponseException>(attempt.Exception);
        Assert.DoesNotContain("secret", attempt.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_streams_send_says_nothing_about_responses()
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(Script.Answer("whole"), new Script().Text("one")));
        await chain.Client.AskAsync(streaming: true);

        Assert.Equal("one", (await chain.Client.AskAsync(streaming: false)).Text);
    }
}
