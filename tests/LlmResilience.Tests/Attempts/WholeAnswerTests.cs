using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>After its finish reason an answer is whole: nothing that happens to the connection then is a failure, and nobody waits for it long.</summary>
public sealed class WholeAnswerTests
{
    public static TheoryData<string> Endings => [.. Ends.Keys];

    private static readonly Dictionary<string, Func<Script, Script>> Ends = new()
    {
        ["reset"] = script => script.ThenThrow(new IOException("reset")),
        ["malformed"] = script => script.ThenThrow(new JsonException()),
        ["any exception"] = script => script.ThenThrow(new InvalidOperationException()),
        ["a cancel of nobody's"] = script => script.ThenThrow(new TaskCanceledException()),
        ["reset after its usage"] = script => script.Update(Usage()).ThenThrow(new IOException("reset")),
        ["reset later"] = script => script.Then(async (_, _) => await Task.Yield()).ThenThrow(new IOException("reset")),
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task What_breaks_after_the_finish_reason_is_neither_an_exception_nor_a_failure(string end)
    {
        using var chain = new TestChain().Endpoint("a", Ends[end](Script.Answer("one two")));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Null(exception);
        Assert.Equal("one two", updates.ToChatResponse().Text);
        Assert.Equal(0, chain["a"].FailureRatio);
        Assert.Equal(1, chain["a"].SampleCount);
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_after_the_finish_reason_ends_the_stream_after_five_seconds(bool isStubborn)
    {
        var release = new TaskCompletionSource();
        var silent = isStubborn ? Script.Answer("one").Then((_, _) => release.Task) : Script.Answer("one").ThenHang();
        using var chain = new TestChain().Endpoint("a", silent);
        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());

        var end = stream.MoveNextAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(end.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.False(await end);
        Assert.Equal(0, chain["a"].FailureRatio);
        Assert.Equal(0, chain["a"].ActiveAttempts);
        release.SetResult();
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
    }

    [Fact]
    public async Task The_five_seconds_are_counted_once_and_what_comes_in_them_is_handed_out()
    {
        var script = Script.Answer("one");
        using var chain = new TestChain();
        for (var i = 0; i < 10; i++)
        {
            script = script.Wait(chain.Clock, TimeSpan.FromSeconds(2)).Update(Usage());
        }

        chain.Endpoint("a", script);

        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        for (var i = 0; i < 25; i++)
        {
            chain.Clock.Advance(TimeSpan.FromSeconds(0.2));
        }

        var (updates, exception) = await collecting;
        Assert.Null(exception);
        Assert.Equal(2, updates.Count(update => update.Contents.Any(content => content is UsageContent)));
    }

    [Fact]
    public async Task The_requests_deadline_after_the_finish_reason_ends_the_stream_as_it_is()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one").ThenHang()).With(options => options.RequestTimeout = TimeSpan.FromSeconds(1));

        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null((await collecting).Exception);
    }

    [Fact]
    public async Task Updates_without_end_after_the_finish_reason_end_the_stream_too()
    {
        using var chain = new TestChain();
        var endless = new EndlessClient(chain.Clock, TimeSpan.FromSeconds(0.1), i => i == 0
            ? new ChatResponseUpdate(ChatRole.Assistant, "one") { FinishReason = ChatFinishReason.Stop }
            : new ChatResponseUpdate());
        chain.Endpoint("a", endless);

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Null(exception);
        Assert.InRange(updates.Count, 50, 300);
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task A_client_that_runs_tools_by_itself_has_its_time_for_them_and_is_not_whole_before_its_last_answer()
    {
        using var chain = new TestChain();
        var looping = Script.Updates(
                new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "f")]),
                new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.ToolCalls })
            .Wait(chain.Clock, TimeSpan.FromSeconds(20))
            .Update(new ChatResponseUpdate(ChatRole.Tool, [new FunctionResultContent("1", "r")]))
            .Text("ans");
        chain.Endpoint("a", new FakeChatClient(looping.ThenThrow(new IOException())));

        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(20));

        var (updates, exception) = await collecting;
        Assert.Equal("ans", updates[^1].Text);
        Assert.IsType<StreamInterruptedException>(exception);
    }

    [Theory]
    [InlineData("stop", true)]
    [InlineData("tool_calls", true)]
    [InlineData("length", false)]
    [InlineData("content_filter", false)]
    public async Task Only_the_end_of_a_whole_answer_teaches_that_a_finish_reason_is_due(string reason, bool teaches)
    {
        var first = Script.Updates(new ChatResponseUpdate(ChatRole.Assistant, "one") { FinishReason = new ChatFinishReason(reason) });
        using var chain = new TestChain().Endpoint("a", first, first, new Script().Text("two"));

        foreach (var streaming in new[] { true, false })
        {
            await chain.Client.AskAsync(streaming);
        }

        Assert.Equal(teaches, (await chain.Client.GetStreamingResponseAsync("hi").CollectAsync()).Exception is StreamInterruptedException);
        Assert.Equal(teaches, await Record.ExceptionAsync(() => chain.Client.AskAsync(streaming: false)) is AllEndpointsFailedException);
    }

    private static ChatResponseUpdate Usage() => new(ChatRole.Assistant, [new UsageContent(new UsageDetails { OutputTokenCount = 1 })]);
}
