using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>The request's own time, which all its attempts share.</summary>
public sealed class RequestTimeoutTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_requests_time_is_shared_by_its_attempts_and_books_nothing_when_it_ends(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Hang()), endpoint => endpoint.Timeouts.FirstToken = endpoint.Timeouts.Response = TimeSpan.FromSeconds(4))
            .Endpoint("b", Script.Hang())
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(4));
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(6));
        chain.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(asking.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        var failed = await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.Equal(TimeSpan.FromSeconds(10), failed.Timeout);
        Assert.Equal(
            [("a", streaming ? FailureKind.FirstTokenTimeout : FailureKind.ResponseTimeout, 4.0), ("b", FailureKind.RequestTimeout, 6.0)],
            failed.Attempts.Select(attempt => (attempt.EndpointName, attempt.Kind, attempt.Duration.TotalSeconds)));
        Assert.Null(chain["b"].LastFailure);
        Assert.Equal(1, chain["a"].SampleCount);
        Assert.Equal(0, chain["b"].SampleCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_of_the_endpoint_that_ends_with_the_requests_time_still_counts(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Hang()), endpoint => endpoint.Timeouts.FirstToken = endpoint.Timeouts.Response = TimeSpan.FromSeconds(4))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(4));

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(4));

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => asking);
        Assert.Equal(1, chain["a"].SampleCount);
    }

    [Fact]
    public async Task The_requests_time_bounds_a_stream_to_its_end()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("one").ThenHang())
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));

        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        var (_, exception) = await collecting;
        var failed = Assert.IsType<RequestTimeoutException>(exception);
        Assert.Equal("one", failed.PartialText);
        Assert.Equal(("a", FailureKind.RequestTimeout), (failed.Attempts[0].EndpointName, failed.Attempts[0].Kind));
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_time_for_another_attempt_the_requests_time_is_over(bool streaming)
    {
        var second = new FakeChatClient(Script.Answer("too late"));
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Hang()), endpoint => endpoint.Timeouts.FirstToken = endpoint.Timeouts.Response = TimeSpan.FromSeconds(4))
            .Endpoint("b", second, endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromMilliseconds(40))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(4.049));

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(4));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.Equal((0, 1), (second.Calls, chain["a"].SampleCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_cut_before_its_first_token_would_have_taken_at_least_so_long(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(Script.Answer("at once"), Script.Hang()))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));
        await chain.Client.AskAsync(streaming);

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.True(chain["a"].AverageTimeToFirstToken > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_was_cut_after_its_first_token_leaves_its_average_as_it_was()
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(new Script().Text("one").ThenHang()))
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));
        var collecting = chain.Client.GetStreamingResponseAsync("hi").CollectAsync();
        var before = chain["a"].AverageTimeToFirstToken;

        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.IsType<RequestTimeoutException>((await collecting).Exception);
        Assert.Equal(before, chain["a"].AverageTimeToFirstToken);
    }
}
