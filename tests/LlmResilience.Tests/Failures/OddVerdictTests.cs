namespace LlmResilience.Tests.Failures;

/// <summary>Foreign code that says what it cannot know, or throws: it ends nothing but its own say.</summary>
public class OddVerdictTests
{
    [Theory]
    [InlineData(FailureKind.Canceled, true)]
    [InlineData(FailureKind.Canceled, false)]
    [InlineData(FailureKind.RequestTimeout, true)]
    [InlineData(FailureKind.RequestTimeout, false)]
    [InlineData((FailureKind)4711, true)]
    [InlineData((FailureKind)4711, false)]
    public async Task A_classifiers_verdict_that_is_none_is_an_unknown_failure_and_moves_the_request_on(FailureKind kind, bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new InvalidOperationException())), endpoint => endpoint.PrependFailureClassifier(new Always(kind)))
            .Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(FailureKind.Unknown, chain["a"].LastFailure);
    }

    [Fact]
    public async Task A_progress_detector_that_throws_has_seen_no_progress()
    {
        var script = new Script().Update(new Microsoft.Extensions.AI.ChatResponseUpdate(Microsoft.Extensions.AI.ChatRole.Assistant, [])).Text("one").Finish();
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(script), endpoint => endpoint.AddProgressDetector(_ => throw new InvalidOperationException()));

        Assert.Equal("one", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal((1, 0.0), (chain["a"].SampleCount, chain["a"].FailureRatio));
    }

    private sealed class Always(FailureKind kind) : FailureClassifier
    {
        public override Failure? Classify(Exception exception, FailureClassifierContext context) => new Failure(kind);
    }
}
