using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>The clocks of a stream: first token, the last candidate's, between tokens; and what they do to clients that ignore cancellation.</summary>
public sealed class StreamTimeoutTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_late_first_token_moves_the_request_on_at_the_limit_and_not_before()
    {
        var slow = new FakeChatClient(Script.Hang());
        using var chain = new TestChain()
            .Endpoint("a", slow, endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromMilliseconds(200))
            .Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromMilliseconds(199));
        Assert.Equal(0, chain["a"].SampleCount);
        Assert.False(answer.IsCompleted);
        chain.Clock.Advance(Millisecond);

        var response = await answer;
        Assert.Equal("well", response.Text);
        Assert.Equal(new AnsweringEndpoint("b", 2), response.GetLlmEndpoint());
        Assert.Equal(1, chain["a"].FailureRatio);
        Assert.True(slow.Received[0].Token.IsCancellationRequested);
    }

    [Fact]
    public async Task A_first_token_in_time_stops_its_clock()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one").ThenHang(), Script.Answer("x"))
            .Endpoint("b", Script.Answer("never"))
            .With(options => options.EndpointDefaults.Timeouts.FirstToken = TimeSpan.FromSeconds(1))
            .With(options => options.EndpointDefaults.Timeouts.BetweenTokens = TimeSpan.FromSeconds(5));

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(4));

        Assert.False(next.IsCompleted);
        Assert.Equal(0, chain["a"].FailureRatio);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<StreamStalledException>(() => next.AsTask());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_candidate_is_waited_for_but_its_lateness_counts(bool onlyOne)
    {
        var release = new TaskCompletionSource();
        var late = new FakeChatClient(new Script().Then((_, _) => release.Task).Text("late").Finish());
        using var chain = new TestChain();
        if (!onlyOne)
        {
            chain.Endpoint("a", Script.Hang());
        }

        chain.Endpoint("b", late);

        var answer = chain.Client.AskAsync(streaming: true);
        if (!onlyOne)
        {
            chain.Clock.Advance(TimeSpan.FromSeconds(30));
            await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        }

        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, chain["b"].SampleCount);
        Assert.Equal(1, chain["b"].FailureRatio);
        chain.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(answer.IsCompleted);
        release.SetResult();

        Assert.Equal("late", (await answer).Text);
        Assert.Equal(1, chain["b"].SampleCount);
        Assert.Equal(1, chain["b"].FailureRatio);
    }

    [Fact]
    public async Task The_last_candidates_patience_ends_too()
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang());

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, chain["a"].SampleCount);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => answer);
        Assert.Equal(FailureKind.FirstTokenTimeout, Assert.Single(failed.Attempts).Kind);
        Assert.Equal(TimeSpan.FromSeconds(60), Assert.IsType<FirstTokenTimeoutException>(failed.InnerException).Timeout);
        Assert.Equal(0, chain["a"].SampleCount);
    }

    [Fact]
    public async Task With_both_limits_equal_the_last_candidate_fails_fast()
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(Script.Hang()), endpoint =>
        {
            endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(2);
            endpoint.Timeouts.FirstTokenAtLastEndpoint = TimeSpan.FromSeconds(2);
        });

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => answer);
    }

    [Fact]
    public async Task An_endpoint_that_is_ejected_does_not_count_as_another_candidate()
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", Script.Answer("never"));
        chain.Endpoints.Eject("b");

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(9));
        chain.Endpoints.Drain("b");
        chain.Clock.Advance(TimeSpan.FromSeconds(21));

        Assert.Equal(1, chain["a"].FailureRatio);
        Assert.False(answer.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => answer);
    }

    [Fact]
    public async Task A_timer_that_goes_off_far_too_late_books_nothing_against_the_endpoint()
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Jump(TimeSpan.FromHours(8));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(0, chain["a"].SampleCount);
    }

    [Fact]
    public async Task A_tool_call_that_is_handed_out_whole_is_not_cut_while_its_pieces_come()
    {
        var clock = new VirtualTimeProvider();
        var script = new Script();
        for (var i = 0; i < 5; i++)
        {
            script.Wait(clock, TimeSpan.FromSeconds(10)).Update(new ChatResponseUpdate { Role = ChatRole.Assistant, RawRepresentation = "piece" });
        }

        using var client = new FakeChatClient(script.Update(new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("1", "f")])).Finish()).WithLlmResilience(
            llm =>
            {
                llm.TimeProvider = clock;
                llm.AddEndpoint("b", new FakeChatClient(Script.Answer("never")));
            },
            configureEndpoint: endpoint => endpoint.AddProgressDetector(update => update.RawRepresentation is "piece"));

        var answer = client.AskAsync(streaming: true);
        for (var i = 0; i < 5; i++)
        {
            await clock.WaitForTimerAsync(TimeSpan.FromSeconds(10));
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.IsType<FunctionCallContent>(Assert.Single((await answer).Messages[0].Contents));
    }

    [Fact]
    public async Task Silence_after_a_piece_of_a_tool_call_still_moves_the_request_on()
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Updates(new ChatResponseUpdate { RawRepresentation = "piece" }).ThenHang()), endpoint =>
            {
                endpoint.AddProgressDetector(update => update.RawRepresentation is "piece");
                endpoint.Timeouts.BetweenTokens = TimeSpan.FromSeconds(5);
            })
            .Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task A_long_prompt_is_given_more_time()
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Hang()), endpoint =>
            {
                endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(1);
                endpoint.Timeouts.FirstTokenPerInputToken = Millisecond;
            })
            .Endpoint("b", Script.Answer("well"));

        // 4,000 characters are about 1,000 tokens.
        var answer = chain.Client.AskAsync(streaming: true, prompt: new string('x', 4000));
        chain.Clock.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(answer.IsCompleted);
        Assert.Equal(0, chain["a"].SampleCount);
        chain.Clock.Advance(Millisecond);

        Assert.Equal("well", (await answer).Text);
    }

    [Fact]
    public async Task Silence_between_tokens_ends_the_stream_with_what_was_seen_and_counts_once_more()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one ", "two").ThenHang()).Endpoint("b", Script.Answer("never"));

        chain.With(options => options.EndpointDefaults.Timeouts.BetweenTokens = TimeSpan.FromSeconds(5));
        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(5));

        var (updates, exception) = await collecting;
        Assert.Equal(2, updates.Count);
        var stalled = Assert.IsType<StreamStalledException>(exception);
        Assert.Equal("one two", stalled.PartialText);
        Assert.DoesNotContain("one", stalled.Message, StringComparison.Ordinal);
        Assert.Equal(2, chain["a"].SampleCount);
        Assert.Equal(0.5, chain["a"].FailureRatio);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Fact]
    public async Task The_silence_is_counted_anew_from_every_update()
    {
        var clock = new VirtualTimeProvider();
        using var client = new FakeChatClient(new Script().Text("1").Wait(clock, TimeSpan.FromSeconds(20)).Text("2").Wait(clock, TimeSpan.FromSeconds(20)).Text("3").Finish())
            .WithLlmResilience(llm => llm.TimeProvider = clock);

        var answer = client.AskAsync(streaming: true);
        clock.Advance(TimeSpan.FromSeconds(20));
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(20));
        clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal("123", (await answer).Text);
    }

    [Fact]
    public async Task The_time_that_the_app_takes_between_updates_is_not_silence()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one two"));

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        chain.Clock.Advance(TimeSpan.FromHours(1));

        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());
        Assert.False(await stream.MoveNextAsync());
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task Timeouts_that_are_off_never_fire()
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(new Script().Then((_, _) => release.Task).Text("at last").Finish()), endpoint =>
            {
                endpoint.Timeouts.FirstToken = Timeout.InfiniteTimeSpan;
                endpoint.Timeouts.BetweenTokens = Timeout.InfiniteTimeSpan;
            })
            .Endpoint("b", Script.Answer("never"));

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, chain.Clock.LiveTimers);
        release.SetResult();

        Assert.Equal("at last", (await answer).Text);
    }

    [Fact]
    public async Task A_stream_has_one_timer_whatever_its_length_and_leaves_none()
    {
        var clock = new VirtualTimeProvider();
        var most = 0;
        var script = new Script();
        for (var i = 0; i < 100; i++)
        {
            script.Then(async (_, _) =>
            {
                most = Math.Max(most, clock.LiveTimers);
                await Task.Yield();
            }).Text("x");
        }

        using var client = new FakeChatClient(script.Finish()).WithLlmResilience(llm => llm.TimeProvider = clock);
        await client.AskAsync(streaming: true);

        Assert.Equal(1, most);
        Assert.Equal(0, clock.LiveTimers);
    }

    [Fact]
    public async Task The_silence_that_is_told_is_the_one_that_was_waited_for_although_a_reload_came_between()
    {
        var configuration = new ChangingConfiguration();
        configuration.Change(("EndpointDefaults:Timeouts:BetweenTokens", "00:00:10"));
        using var chain = new TestChain().Bind(configuration).Endpoint("a", new Script().Text("one").ThenHang());
        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        configuration.Change(("EndpointDefaults:Timeouts:BetweenTokens", "00:01:00"));
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(10), (await Assert.ThrowsAsync<StreamStalledException>(() => next)).Timeout);
    }
}
