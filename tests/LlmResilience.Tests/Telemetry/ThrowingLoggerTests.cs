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

        Assert.Same(chain.Logs.Throws, await Assert.ThrowsAsync<NotSupportedException>(() => move.AsTask()));
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
        Assert.Equal(0, chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts + chain.Clock.LiveTimers);
    }
}
