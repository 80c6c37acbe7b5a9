using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>The clock of an attempt that does not stream.</summary>
public sealed class ResponseTimeoutTests
{
    [Fact]
    public async Task A_late_response_moves_the_request_on()
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: false);
        chain.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.False(answer.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task A_timer_that_goes_off_a_fraction_of_a_millisecond_early_counts_against_the_endpoint_all_the_same()
    {
        var clock = new VirtualTimeProvider();
        var builder = new LlmResilienceBuilder { TimeProvider = new WholeMillisecondTimers(clock) };
        builder.AddEndpoint("a", new FakeChatClient(Script.Hang()), endpoint => endpoint.Timeouts.Response = endpoint.Timeouts.ResponseAtLastEndpoint = TimeSpan.FromMilliseconds(100.9));
        using var client = builder.Build();

        var answer = client.GetResponseAsync("hi");
        clock.Advance(TimeSpan.FromMilliseconds(100));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => answer);
        Assert.Equal(FailureKind.ResponseTimeout, Assert.Single(failed.Attempts).Kind);
        var endpoint = Assert.Single(client.GetService<LlmEndpoints>()!.GetSnapshots());
        Assert.Equal((1, 1.0), (endpoint.SampleCount, endpoint.FailureRatio));
    }

    /// <summary>As the system's timers do, these drop what is below a millisecond.</summary>
    private sealed class WholeMillisecondTimers(VirtualTimeProvider clock) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => clock.CreateTimer(callback, state, TimeSpan.FromMilliseconds((long)dueTime.TotalMilliseconds), period);
    }
}
