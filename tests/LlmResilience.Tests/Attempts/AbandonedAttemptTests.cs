using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>Clients that do not let go: the request goes on all the same, and what was abandoned is observed and cleaned up later.</summary>
public sealed class AbandonedAttemptTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_timeout_fires_on_time_although_the_client_ignores_cancellation(bool streaming)
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", Script.HangStubbornly(release.Task)).Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(120));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(1, chain["a"].AbandonedAttempts);
        Assert.Equal(0, chain["a"].ActiveAttempts);
        release.SetResult();
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_apps_cancel_ends_the_wait_although_the_client_ignores_it(bool streaming)
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", Script.HangStubbornly(release.Task));
        using var app = new CancellationTokenSource();

        var asking = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        await app.CancelAsync();

        Assert.Equal(app.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking)).CancellationToken);
        Assert.Equal(1, chain["a"].AbandonedAttempts);
        release.SetException(new IOException("too late"));
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Fact]
    public async Task An_abandoned_enumerator_is_disposed_only_when_its_move_has_ended()
    {
        var release = new TaskCompletionSource();
        var stubborn = new FakeChatClient(Script.HangStubbornly(release.Task));
        using var chain = new TestChain().Endpoint("a", stubborn).Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        await answer;
        Assert.Equal(0, stubborn.DisposedStreams);
        release.SetResult();

        await Eventually.IsTrueAsync(() => stubborn.DisposedStreams == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dispose_that_hangs_or_throws_is_not_the_apps_problem(bool hangs)
    {
        var release = new TaskCompletionSource();
        var awkward = new AwkwardClient { OnDispose = () => hangs ? new ValueTask(release.Task) : throw new InvalidOperationException("dispose") };
        using var chain = new TestChain().Endpoint("a", awkward).Endpoint("b", Script.Answer("well"));

        // Before the first token, in mid-stream by a break, and at the end.
        awkward.Failure = new IOException("first");
        Assert.Equal("well", (await chain.Client.AskAsync(streaming: true)).Text);
        awkward.Failure = null;
        await foreach (var _ in chain.Client.GetStreamingResponseAsync("hi"))
        {
            break;
        }

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        Assert.Null(exception);
        Assert.Equal("one two", updates.ToChatResponse().Text);
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == (hangs ? 3 : 0));
        release.SetResult();
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Theory]
    [InlineData("call")]
    [InlineData("enumerator")]
    [InlineData("move")]
    [InlineData("current")]
    public async Task Wherever_a_client_throws_before_the_first_token_the_request_moves_on(string where)
    {
        using var chain = new TestChain().Endpoint("a", new AwkwardClient { ThrowsIn = where }).Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
        Assert.Equal(0, chain["a"].ActiveAttempts);
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Fact]
    public async Task A_stream_that_the_app_stops_is_cancelled_and_let_go_of()
    {
        var client = new FakeChatClient(new Script().Text("one", "two").ThenHang());
        using var chain = new TestChain().Endpoint("a", client);

        await foreach (var update in chain.Client.GetStreamingResponseAsync("hi"))
        {
            Assert.Equal("one", update.Text);
            break;
        }

        Assert.True(client.Received[0].Token.IsCancellationRequested);
        await Eventually.IsTrueAsync(() => client.DisposedStreams == 1);
        Assert.Equal(0, chain["a"].ActiveAttempts);
        Assert.Equal(0, chain.Clock.LiveTimers);
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task A_stream_disposed_while_it_is_awaited_ends_the_wait()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one").ThenHang());

        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        await stream.MoveNextAsync();
        var next = stream.MoveNextAsync().AsTask();
        await stream.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
        Assert.Equal(0, chain.Clock.LiveTimers);
    }

    [Fact]
    public async Task A_client_that_fails_in_the_moment_of_the_timeout_leaves_no_unobserved_exception()
    {
        var unobserved = 0;
        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            for (var i = 0; i < 200; i++)
            {
                await AskAsync();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Count;
        }

        Assert.Equal(0, unobserved);

        static async Task AskAsync()
        {
            // On its token the client fails at once, inside the app's Cancel(), with an exception of its own.
            var client = new FakeChatClient(new Script().Then((_, token) =>
            {
                var failed = new TaskCompletionSource();
                token.Register(() => failed.TrySetException(new MarkedException()));
                return failed.Task;
            }));
            using var chain = new TestChain().Endpoint("a", client);
            using var app = new CancellationTokenSource();
            var asking = chain.Client.AskAsync(streaming: false, cancellationToken: app.Token);
            await app.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        void Count(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.Flatten().InnerExceptions.Any(inner => inner is MarkedException))
            {
                Interlocked.Increment(ref unobserved);
            }
        }
    }

    private sealed class MarkedException : Exception;
}
