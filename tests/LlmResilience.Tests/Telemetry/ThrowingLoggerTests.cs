using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Telemetry;

public class ThrowingLoggerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_breaks_while_the_logger_throws_ends_and_lets_go_of_everything(bool asynchronous)
    {
        var release = new TaskCompletionSource();
        var script = new Script().Text("one ");
        script = (asynchronous ? script.Then((_, _) => release.Task) : script).ThenThrow(new IOException("cut"));
        using var chain = new TestChain().Endpoint("a", script);
        var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        chain.Logs.Throws = new NotSupportedException("the sink is gone");
        var move = stream.MoveNextAsync();
        release.SetResult();

        await Assert.ThrowsAsync<StreamInterruptedException>(() => move.AsTask());
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_logger_that_throws_does_not_keep_a_request_from_its_fallback(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new IOException())), endpoint => endpoint.Ejection.ConsecutiveFailureThreshold = 1)
            .Endpoint("b", Script.Answer("well"));
        chain.Logs.Throws = new NotSupportedException("the sink is gone");

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(EndpointState.Ejected, chain["a"].State);
    }

    [Fact]
    public async Task A_logger_that_throws_on_the_timers_thread_does_not_keep_the_stream_from_ending()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one ").ThenHang());
        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Logs.Throws = new NotSupportedException("the sink is gone");

        chain.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.IsType<StreamStalledException>((await collecting).Exception);
    }
}
