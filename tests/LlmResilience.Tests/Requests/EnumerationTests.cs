using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>The enumerator of a stream: before its first move, after its last one, after a failure, and with a token of its own.</summary>
public sealed class EnumerationTests
{
    [Fact]
    public async Task Current_before_the_first_move_is_nothing()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("well"));

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.Null(stream.Current);
    }

    [Fact]
    public async Task Every_enumeration_is_a_request_of_its_own()
    {
        var client = new FakeChatClient(Script.Answer("one"), Script.Answer("two"));
        using var chain = new TestChain().Endpoint("a", client);

        var stream = chain.Client.GetStreamingResponseAsync("hi");

        Assert.Equal("one", (await stream.ToChatResponseAsync()).Text);
        Assert.Equal("two", (await stream.ToChatResponseAsync()).Text);
    }

    [Fact]
    public async Task A_stream_that_is_over_stays_over()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one"));

        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        while (await stream.MoveNextAsync())
        {
        }

        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        Assert.False(await stream.MoveNextAsync());
    }

    [Fact]
    public async Task A_request_that_failed_stays_failed()
    {
        using var chain = new TestChain().Endpoint("a", Script.Throw(new IOException()));

        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => stream.MoveNextAsync().AsTask());

        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
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
        await Eventually.IsTrueAsync(() => client.DisposedStreams == 1);
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
    }

    [Fact]
    public async Task The_enumerations_own_token_cancels_too()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one").ThenHang());
        using var call = new CancellationTokenSource();
        using var enumeration = new CancellationTokenSource();

        var stream = chain.Client.GetStreamingResponseAsync("hi", cancellationToken: call.Token).GetAsyncEnumerator(enumeration.Token);
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync();
        await enumeration.CancelAsync();

        Assert.Equal(enumeration.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => next.AsTask())).CancellationToken);
        await stream.DisposeAsync();
        Assert.Equal(0, chain["a"].ActiveAttempts);
        Assert.Equal(0, chain["a"].FailureRatio);
    }
}
