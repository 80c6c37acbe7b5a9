using LlmResilience.Endpoints;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests;

/// <summary>What an app or a client should not do: a clear exception or the right result each, never a corruption, never a wait without end.</summary>
public sealed class BadInputTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Null_messages_are_refused_at_the_call()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("hi"));

        Assert.Throws<ArgumentNullException>("messages", () => chain.Client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>("messages", () => { _ = chain.Client.GetResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_that_contain_null_are_the_clients_to_refuse_and_are_not_counted_for_the_prompts_length(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", client, endpoint => endpoint.Timeouts.FirstTokenPerInputToken = TimeSpan.FromMilliseconds(1));
        List<ChatMessage> messages = [null!, new(ChatRole.User, [null!, new TextContent("hi")]), null!];

        var response = streaming
            ? await chain.Client.GetStreamingResponseAsync(messages).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chain.Client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("well", response.Text);
        Assert.Equal(3, client.Received[0].Messages.Count);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Theory]
    [InlineData(true, 1, 1_000_000)]
    [InlineData(false, 1, 1_000_000)]
    [InlineData(true, 10_000, 100)]
    [InlineData(false, 10_000, 100)]
    [InlineData(true, 0, 0)]
    [InlineData(false, 0, 0)]
    public async Task Prompts_of_any_size_arrive_whole_at_every_endpoint(bool streaming, int count, int length)
    {
        var failing = new FakeChatClient(Script.Throw(new IOException()));
        var backup = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", failing).Endpoint("b", backup);
        var messages = Enumerable.Range(0, count).Select(i => new ChatMessage(ChatRole.User, new string((char)('a' + (i % 26)), length))).ToList();

        var response = streaming
            ? await chain.Client.GetStreamingResponseAsync(messages).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chain.Client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("well", response.Text);
        Assert.Equal(messages, failing.Received[0].Messages);
        Assert.Equal(messages, backup.Received[0].Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lazy_sequence_of_messages_is_read_once(bool streaming)
    {
        var reads = 0;
        using var chain = new TestChain().Endpoint("a", Script.Throw(new IOException())).Endpoint("b", Script.Answer("well"));

        var response = streaming
            ? await chain.Client.GetStreamingResponseAsync(Messages()).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chain.Client.GetResponseAsync(Messages(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("well", response.Text);
        Assert.Equal(1, reads);

        IEnumerable<ChatMessage> Messages()
        {
            reads++;
            yield return new ChatMessage(ChatRole.User, "hi");
        }
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

    [Theory]
    [InlineData(NullFrom.Stream)]
    [InlineData(NullFrom.Enumerator)]
    [InlineData(NullFrom.Update)]
    public async Task A_client_that_returns_null_for_a_stream_has_failed(NullFrom what)
    {
        using var chain = new TestChain().Endpoint("a", new NullClient(what)).Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts);
    }

    [Theory]
    [InlineData(NullFrom.Task)]
    [InlineData(NullFrom.Response)]
    public async Task A_client_that_returns_null_for_a_response_has_failed(NullFrom what)
    {
        using var chain = new TestChain().Endpoint("a", new NullClient(what));

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        Assert.Contains("'a'", Assert.Single(exception.Attempts).Exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts);
    }

    [Fact]
    public async Task A_null_in_mid_stream_is_a_break()
    {
        using var chain = new TestChain().Endpoint("a", new NullClient(NullFrom.SecondUpdate));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Single(updates);
        Assert.Equal("one", Assert.IsType<StreamInterruptedException>(exception).PartialText);
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_move_while_one_is_awaited_is_refused_and_harms_nothing(bool afterFirstToken)
    {
        var release = new TaskCompletionSource();
        var script = (afterFirstToken ? new Script().Text("one ") : new Script()).Then((_, _) => release.Task).Text("two").Finish();
        using var chain = new TestChain().Endpoint("a", script).Endpoint("b", Script.Answer("never"));
        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(!afterFirstToken || await stream.MoveNextAsync());

        var first = stream.MoveNextAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => stream.MoveNextAsync().AsTask());
        release.SetResult();

        Assert.Contains("awaited already", refused.Message, StringComparison.Ordinal);
        Assert.True(await first);
        Assert.Equal("two", stream.Current.Text);
        Assert.True(await stream.MoveNextAsync());
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers);
        Assert.Equal(0, chain["b"].SampleCount);
    }

    [Fact]
    public async Task A_second_move_before_the_firsts_result_is_taken_is_refused_and_loses_no_update()
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", new Script().Text("one ").Then((_, _) => release.Task).Text("two").Finish());
        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        var first = stream.MoveNextAsync();
        release.SetResult();
        Assert.True(SpinWait.SpinUntil(() => first.IsCompleted, Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.MoveNextAsync().AsTask());

        Assert.True(await first);
        Assert.Equal("two", stream.Current.Text);
        Assert.True(await stream.MoveNextAsync());
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers);
    }

    [Fact]
    public async Task Disposing_before_the_result_of_a_move_is_taken_lets_go_of_everything()
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", new Script().Text("one ").Then((_, _) => release.Task).Text("two").Finish());
        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        var move = stream.MoveNextAsync();
        release.SetResult();
        Assert.True(SpinWait.SpinUntil(() => move.IsCompleted, Patience));
        await stream.DisposeAsync();

        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers);
        Assert.False(await stream.MoveNextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_enumerator_shared_by_two_threads_hands_out_each_update_once(bool asynchronous)
    {
        var tokens = Enumerable.Range(0, 2000).Select(i => $"{i} ").ToArray();
        var script = new Script();
        foreach (var token in tokens)
        {
            script = (asynchronous ? script.Then(async (_, _) => await Task.Yield()) : script).Text(token);
        }

        using var chain = new TestChain().Endpoint("a", script.Finish());
        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var moves = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(ConsumeAsync))).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await stream.DisposeAsync();

        Assert.Equal(tokens.Length + 1, moves);
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers);

        async Task ConsumeAsync()
        {
            while (true)
            {
                try
                {
                    if (!await stream.MoveNextAsync())
                    {
                        return;
                    }

                    Interlocked.Increment(ref moves);
                }
                catch (InvalidOperationException)
                {
                    await Task.Yield();
                }
            }
        }
    }

    [Fact]
    public async Task Disposing_from_another_thread_in_the_middle_of_moves_lets_go_of_everything()
    {
        using var chain = new TestChain().Endpoint("a", Endless());
        for (var i = 0; i < 300; i++)
        {
            var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
            Assert.True(await stream.MoveNextAsync());
            var moving = Task.Run(async () =>
            {
                while (await stream.MoveNextAsync())
                {
                }
            });
            if (i % 2 == 0)
            {
                await Task.Yield();
            }

            await stream.DisposeAsync();
            await moving.WaitAsync(Patience, TestContext.Current.CancellationToken).ContinueWith(static ended => Assert.True(ended.Exception?.InnerException is null or OperationCanceledException, ended.Exception?.ToString()), TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await UntilAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts == 0);
        Assert.Equal(0, chain.Clock.LiveTimers);
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task Moving_on_after_a_stream_broke_is_the_end_and_does_not_touch_the_client()
    {
        var release = new TaskCompletionSource();
        var client = new FakeChatClient(new Script().Text("one").Then((_, _) => release.Task).Text("two").Finish());
        using var chain = new TestChain().Endpoint("a", client);
        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        var stalled = stream.MoveNextAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<StreamStalledException>(() => stalled.AsTask());

        Assert.False(await stream.MoveNextAsync());
        Assert.Equal(0, client.DisposedStreams);
        release.SetResult();
        await UntilAsync(() => client.DisposedStreams == 1);
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers);
    }

    [Fact]
    public async Task Current_before_the_first_move_is_nothing()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("well"));

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.Null(stream.Current);
    }

    [Fact]
    public async Task A_client_disposed_while_a_stream_is_open_lets_it_end_and_takes_no_new_one()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one two three"));
        var before = chain.Client.GetStreamingResponseAsync("hi");
        await using var stream = before.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        chain.Client.Dispose();
        var rest = "";
        while (await stream.MoveNextAsync())
        {
            rest += stream.Current.Text;
        }

        Assert.Equal("two three", rest);
        Assert.Throws<ObjectDisposedException>(() => chain.Client.GetStreamingResponseAsync("hi"));
        Assert.Throws<ObjectDisposedException>(() => { _ = chain.Client.GetResponseAsync("hi"); });
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

    private static FakeChatClient Endless()
    {
        var script = new Script().Text("one");
        for (var i = 0; i < 100; i++)
        {
            script = script.Then(async (_, _) => await Task.Yield()).Text("a token that is long enough to make the text grow ").Text("more");
        }

        return new FakeChatClient(script.ThenHang());
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "It never came true.");
            await Task.Yield();
        }
    }

    private sealed class MarkedException : Exception;
}

public enum NullFrom
{
    Stream,
    Enumerator,
    Update,
    SecondUpdate,
    Task,
    Response,
}

/// <summary>A client that returns null where it must not.</summary>
internal sealed class NullClient(NullFrom what) : IChatClient, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
{
    private int _next;

    public ChatResponseUpdate Current => what == NullFrom.SecondUpdate && _next == 1 ? new ChatResponseUpdate(ChatRole.Assistant, "one") : null!;

#pragma warning disable MA0022 // This is the point.
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => what == NullFrom.Task ? null! : Task.FromResult<ChatResponse>(null!);
#pragma warning restore MA0022

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => what == NullFrom.Stream ? null! : this;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        => what == NullFrom.Enumerator ? null! : this;

    public ValueTask<bool> MoveNextAsync()
    {
        _next++;
        return new ValueTask<bool>(true);
    }

    public ValueTask DisposeAsync() => default;

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
