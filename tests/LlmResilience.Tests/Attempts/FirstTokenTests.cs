using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>What counts as the first token, row by row: content commits the stream, what comes before is held, an error before it fails the attempt.</summary>
public sealed class FirstTokenTests
{
    public static TheoryData<string> Content => [.. Commits.Keys];

    public static TheoryData<string> NoContent => [.. Preambles.Keys];

    private static readonly Dictionary<string, ChatResponseUpdate> Commits = new()
    {
        ["text"] = new(ChatRole.Assistant, "Hello"),
        ["white space is text"] = new(ChatRole.Assistant, " "),
        ["reasoning"] = new(ChatRole.Assistant, [new TextReasoningContent("Hm")]),
        ["protected reasoning"] = new(ChatRole.Assistant, [new TextReasoningContent("") { ProtectedData = "xyz" }]),
        ["tool call"] = new(ChatRole.Assistant, [new FunctionCallContent("1", "f")]),
        ["data"] = new(ChatRole.Assistant, [new DataContent(new byte[] { 1 }, "image/png")]),
        ["uri"] = new(ChatRole.Assistant, [new UriContent("http://x.test/a.png", "image/png")]),
        ["unknown content"] = new(ChatRole.Assistant, [new UnknownContent()]),
        ["finish reason"] = new(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop },
        ["refusal"] = new(ChatRole.Assistant, [new ErrorContent("I can't help with that.") { ErrorCode = "Refusal" }]),
    };

    private static readonly Dictionary<string, ChatResponseUpdate> Preambles = new()
    {
        ["role"] = new() { Role = ChatRole.Assistant },
        ["ids"] = new() { ResponseId = "dead", MessageId = "dead", ConversationId = "dead" },
        ["empty text"] = new(ChatRole.Assistant, ""),
        ["empty reasoning"] = new(ChatRole.Assistant, [new TextReasoningContent("")]),
        ["usage"] = new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 1 })]),
        ["no contents"] = new(),
    };

    [Theory]
    [MemberData(nameof(Content))]
    public async Task Content_commits_so_that_a_later_error_reaches_the_app(string row)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(Commits[row]).ThenThrow(new IOException("cut")))
            .Endpoint("b", Script.Answer("never"));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Single(updates);
        Assert.Equal(row != "finish reason", exception is StreamInterruptedException);
    }

    [Theory]
    [MemberData(nameof(NoContent))]
    public async Task What_carries_no_content_does_not_commit_and_dies_with_its_attempt(string row)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(Preambles[row]).ThenThrow(new IOException("cut")))
            .Endpoint("b", Script.Answer("well"));

        var response = await chain.Client.AskAsync(streaming: true);

        Assert.Equal("well", response.Text);
        Assert.NotEqual("dead", response.ResponseId);
        Assert.NotEqual("dead", response.ConversationId);
        Assert.Single(response.Messages);
    }

    [Theory]
    [MemberData(nameof(NoContent))]
    public async Task What_carries_no_content_does_not_stop_the_clock(string row)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(Preambles[row]).ThenHang())
            .Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("well", (await answer).Text);
    }

    [Fact]
    public async Task What_was_held_is_handed_out_in_order_with_the_first_token()
    {
        using var chain = new TestChain().Endpoint("a", Script
            .Updates(new ChatResponseUpdate { Role = ChatRole.Assistant, ResponseId = "r" }, new ChatResponseUpdate(ChatRole.Assistant, "") { MessageId = "m" })
            .Text("one", "two").Finish());

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Null(exception);
        Assert.Equal(["", "", "one", "two", ""], updates.Select(update => update.Text));
        Assert.Equal("r", updates[0].ResponseId);
    }

    [Fact]
    public async Task What_brings_nothing_new_is_dropped_however_much_of_it_comes()
    {
        var alike = Enumerable.Range(0, 10_000).Select(_ => new ChatResponseUpdate(ChatRole.Assistant, "") { ResponseId = "r" });
        using var chain = new TestChain().Endpoint("a", Script.Updates([.. alike]).Text("one").Finish());

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Null(exception);
        Assert.Equal(["", "one", ""], updates.Select(update => update.Text));
        Assert.Equal("r", updates[0].ResponseId);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public async Task What_is_held_before_the_first_token_is_bounded(int count, bool isAnswered)
    {
        var ids = Enumerable.Range(0, count).Select(i => new ChatResponseUpdate { MessageId = $"m{i}" });
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates([.. ids]).Text("first").Finish())
            .Endpoint("b", Script.Answer("second"));
        List<FailureKind> failures = [];
        chain.Events.OnFallback = fallback => failures.Add(fallback.Failure.Kind);

        var response = await chain.Client.AskAsync(streaming: true);

        Assert.Equal(isAnswered ? "first" : "second", response.Text);
        Assert.Equal(isAnswered ? [] : [FailureKind.InvalidResponse], failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_in_band_before_the_first_token_fails_the_attempt(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(
                new ChatResponseUpdate { Role = ChatRole.Assistant },
                new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("secret prompt") { ErrorCode = "overloaded" }])))
            .Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_in_band_is_what_its_code_names_and_comes_without_its_message(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("secret prompt") { ErrorCode = "overloaded" }])));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        var attempt = Assert.Single(failed.Attempts);
        Assert.Equal(FailureKind.Overloaded, attempt.Kind);
        var inner = Assert.IsType<UnusableResponseException>(failed.InnerException);
        Assert.Equal("overloaded", inner.ErrorCode);
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_without_content_and_without_a_finish_reason_fails_the_attempt(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(new ChatResponseUpdate { Role = ChatRole.Assistant }))
            .Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_answer_with_a_finish_reason_is_an_answer(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", new Script().Finish()).Endpoint("b", Script.Answer("never"));

        Assert.Equal("", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    private sealed class UnknownContent : AIContent;
}
