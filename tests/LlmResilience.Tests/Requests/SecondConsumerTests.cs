using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>One enumerator and two who move or dispose it: a clear exception or the right result, never a lost update, never a wait without end.</summary>
public sealed class SecondConsumerTests
{
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
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
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
        Assert.True(SpinWait.SpinUntil(() => first.IsCompleted, Eventually.Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.MoveNextAsync().AsTask());

        Assert.True(await first);
        Assert.Equal("two", stream.Current.Text);
        Assert.True(await stream.MoveNextAsync());
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
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
        Assert.True(SpinWait.SpinUntil(() => move.IsCompleted, Eventually.Patience));
        await stream.DisposeAsync();

        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
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
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(ConsumeAsync))).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await stream.DisposeAsync();

        Assert.Equal(tokens.Length + 1, moves);
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);

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
            var exception = await Record.ExceptionAsync(() => moving.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken));
            Assert.True(exception is null or OperationCanceledException, exception?.ToString());
        }

        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts == 0);
        Assert.Equal(0, chain.Clock.LiveTimers);
        Assert.Equal(0, chain["a"].FailureRatio);
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
}
