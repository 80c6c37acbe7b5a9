using LlmResilience.Chains;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>What an attempt gets of the time that is left of its request.</summary>
public sealed class DeadlineShareTests
{
    public static TheoryData<double, double[], double> Shares => new()
    {
        { 10, [], 10 },
        { 10, [2], 8 },
        { 10, [5], 5 },
        { 10, [30], 5 },
        { 10, [0], 5 },
        { 12, [1, 30], 7 },
        { 12, [30, 30], 4 },
        { 12, [4, 4], 4 },
        { 12, [3.9, 0], 4.1 },
        { 0, [30], 0 },
    };

    [Theory]
    [MemberData(nameof(Shares))]
    public void An_attempt_gets_all_but_what_the_later_ones_may_need_of_equal_parts(double left, double[] laterFirstTokens, double expected)
        => Assert.Equal(Ticks(expected), DeadlineShare.Of(Ticks(left), [.. laterFirstTokens.Select(Ticks)]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attempt_that_has_had_its_share_is_cut_and_is_nobodys_failure(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", Script.Answer("in time"))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asking.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("in time", (await asking).Text);
        Assert.Equal((0, EndpointState.Healthy), (chain["a"].SampleCount, chain["a"].State));
        Assert.Equal(TimeSpan.FromSeconds(5), chain["a"].AverageTimeToFirstToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Time_that_was_kept_for_an_endpoint_which_is_out_by_then_is_the_attempts(bool streaming)
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(new Script().Wait(chain.Clock, TimeSpan.FromSeconds(8)).Text("long").Finish())).Endpoint("b", Script.Answer("out"))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));

        var asking = chain.Client.AskAsync(streaming);
        chain.Endpoints.Drain("b");
        chain.Clock.Advance(TimeSpan.FromSeconds(5));
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(5));
        chain.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("long", (await asking).Text);
    }

    [Fact]
    public async Task Behind_its_first_token_a_stream_has_all_of_the_time()
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(new Script().Text("long ").Wait(chain.Clock, TimeSpan.FromSeconds(9)).Text("answer").Finish())).Endpoint("b", Script.Answer("other"))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));

        var asking = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal("long answer", (await asking).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_kept_for_endpoints_that_the_request_has_no_attempts_for(bool streaming)
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(new Script().Wait(chain.Clock, TimeSpan.FromSeconds(9)).Text("long").Finish())).Endpoint("b", Script.Answer("never"))
            .With(options => (options.RequestTimeout, options.MaxAttempts) = (TimeSpan.FromSeconds(10), 1));

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal("long", (await asking).Text);
    }

    private static long Ticks(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;
}
