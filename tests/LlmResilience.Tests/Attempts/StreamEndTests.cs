using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A truncated answer never looks like a success.</summary>
public sealed class StreamEndTests
{
    [Fact]
    public async Task A_cut_after_the_first_token_is_an_exception_with_what_was_seen()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one ", "two").ThenThrow(new IOException("reset: secret"))).Endpoint("b", Script.Answer("never"));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(2, updates.Count);
        var interrupted = Assert.IsType<StreamInterruptedException>(exception);
        Assert.Equal("one two", interrupted.PartialText);
        Assert.IsType<IOException>(interrupted.InnerException);
        Assert.DoesNotContain("secret", interrupted.Message, StringComparison.Ordinal);
        Assert.Equal(2, chain["a"].SampleCount);
        Assert.Equal(0.5, chain["a"].FailureRatio);
    }

    [Theory]
    [InlineData(FinishReasonRequirement.Auto, false, false)]
    [InlineData(FinishReasonRequirement.Auto, true, true)]
    [InlineData(FinishReasonRequirement.Always, false, true)]
    [InlineData(FinishReasonRequirement.Never, true, false)]
    public async Task An_end_without_a_finish_reason_is_a_cut_where_one_is_due(FinishReasonRequirement requirement, bool sentOneBefore, bool isCut)
    {
        var truncated = new Script().Text("one");
        using var chain = new TestChain().Endpoint(
            "a",
            sentOneBefore ? new FakeChatClient(Script.Answer("whole"), truncated) : new FakeChatClient(truncated),
            endpoint => endpoint.RequireFinishReason = requirement);
        if (sentOneBefore)
        {
            await chain.Client.AskAsync(streaming: true);
        }

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Single(updates);
        Assert.Equal(isCut, exception is StreamInterruptedException { PartialText: "one" });
        Assert.Equal(isCut, exception is not null);
    }

    [Fact]
    public async Task An_end_after_an_error_in_band_is_a_cut_even_where_no_finish_reason_is_due()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one").Update(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("overloaded")])));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(2, updates.Count);
        Assert.IsType<StreamInterruptedException>(exception);
        Assert.Equal(0.5, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task A_long_text_is_kept_whole_for_when_the_stream_breaks()
    {
        var tokens = Enumerable.Range(0, 5000).Select(i => $"{i} ").ToArray();
        using var chain = new TestChain().Endpoint("a", new Script().Text(tokens).ThenThrow(new IOException()));

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(string.Concat(tokens), Assert.IsType<StreamInterruptedException>(exception).PartialText);
    }

    [Fact]
    public async Task An_answer_of_one_huge_update_arrives_and_is_told_whole_if_it_breaks()
    {
        var huge = new string('x', 10_000_000);
        using var chain = new TestChain().Endpoint("a", new Script().Text("1", huge).ThenThrow(new IOException()));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(huge, updates[1].Text);
        Assert.Equal("1" + huge, Assert.IsType<StreamInterruptedException>(exception).PartialText);
    }
}
