using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>Clients that hold the thread on which they are called: in their disposal, in a callback on their token, in the call itself.</summary>
public sealed class BlockingClientTests
{
    [Theory]
    [InlineData("break")]
    [InlineData("failure before the first token")]
    [InlineData("failure after it")]
    public async Task A_disposal_that_holds_its_thread_holds_nobody_else(string after)
    {
        using var release = new ManualResetEventSlim();
        var awkward = new AwkwardClient
        {
            OnDispose = () =>
            {
                release.Wait(TestContext.Current.CancellationToken);
                return default;
            },
        };
        using var chain = new TestChain().Endpoint("a", awkward).Endpoint("b", Script.Answer("well"));
        try
        {
            await (after switch
            {
                "break" => BreakAsync(chain.Client),
                "failure after it" => FailLaterAsync(chain.Client, awkward),
                _ => FallBackAsync(chain.Client, awkward),
            });

            await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 1);
        }
        finally
        {
            release.Set();
        }

        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callback_that_holds_its_thread_on_a_timeout_holds_nobody_else(bool streaming)
    {
        using var release = new ManualResetEventSlim();
        var client = new FakeChatClient(new Script().Then((_, token) =>
        {
            token.Register(() => release.Wait(CancellationToken.None));
            return Task.Delay(Timeout.Infinite, token);
        }));
        using var chain = new TestChain().Endpoint("a", client).Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(200));

        Assert.Equal("well", (await answer).Text);
        release.Set();
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Fact]
    public async Task A_callback_that_holds_its_thread_does_not_hold_the_apps_cancel_of_a_stream()
    {
        using var release = new ManualResetEventSlim();
        using var app = new CancellationTokenSource();
        var client = new FakeChatClient(new Script().Text("one").Then((_, token) =>
        {
            token.Register(() => release.Wait(CancellationToken.None));
            return Task.Delay(Timeout.Infinite, token);
        }));
        using var chain = new TestChain().Endpoint("a", client);
        await using var stream = chain.Client.GetStreamingResponseAsync("hi", cancellationToken: app.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync().AsTask();

#pragma warning disable CA1849 // On this thread: that is the question.
        app.Cancel();
#pragma warning restore CA1849

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        release.Set();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_computes_on_its_callers_thread_meets_its_timeouts_on_the_thread_pool(bool streaming)
    {
        using var release = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var computing = new FakeChatClient(new Script().Then((_, _) =>
        {
            begun.Set();
            release.Wait(CancellationToken.None);
            return Task.CompletedTask;
        }));
        using var chain = new TestChain()
            .With(options => options.EndpointDefaults.Timeouts = new EndpointTimeouts { FirstToken = TimeSpan.FromSeconds(10), Response = TimeSpan.FromSeconds(10) })
            .Endpoint("a", computing, endpoint => endpoint.RunOnThreadPool = true)
            .Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming);
        begun.Wait(TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(() => chain.Clock.ScheduledTimers == 1);
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
        release.Set();
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_the_thread_pool_answers_and_failures_are_the_same(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new IOException()).AtOnce(new IOException()), Script.Answer("one two")), endpoint => endpoint.RunOnThreadPool = true)
            .Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal("one two", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(0.5, chain["a"].FailureRatio);
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts == 0);
    }

    private static async Task BreakAsync(IChatClient client)
    {
        await foreach (var _ in client.GetStreamingResponseAsync("hi"))
        {
            break;
        }
    }

    private static async Task FallBackAsync(IChatClient client, AwkwardClient awkward)
    {
        awkward.Failure = new IOException();
        Assert.Equal("well", (await client.AskAsync(streaming: true)).Text);
    }

    private static async Task FailLaterAsync(IChatClient client, AwkwardClient awkward)
    {
        await using var stream = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        awkward.Failure = new IOException();
        await Assert.ThrowsAsync<StreamInterruptedException>(() => stream.MoveNextAsync().AsTask());
    }
}
