using LlmResilience.Endpoints;

namespace LlmResilience.Tests.Endpoints;

/// <summary>What balancers know of how fast an endpoint is.</summary>
public sealed class EndpointLatencyTests
{
    private const uint Generation = 300;

    private readonly EndpointLatency _latency = new();

    [Fact]
    public void A_slow_sample_counts_at_once_and_fast_ones_bring_it_down_in_ten_seconds()
    {
        _latency.Add(isStreaming: true, 100, Generation, Seconds(0));
        _latency.Add(isStreaming: true, 2000, Generation, Seconds(1));
        Assert.Equal(2000, Read(1).GetValueOrDefault(), 1.0);

        _latency.Add(isStreaming: true, 100, Generation, Seconds(11));
        Assert.Equal(100 + (1900 / Math.E), Read(11).GetValueOrDefault(), 5.0);
    }

    [Fact]
    public void What_nobody_renews_is_forgotten_little_by_little()
    {
        _latency.Add(isStreaming: true, 1000, Generation, Seconds(0));

        Assert.Equal(1000 / Math.E, Read(60).GetValueOrDefault(), 5.0);
        Assert.InRange(Read(600).GetValueOrDefault(), 0, 1);
    }

    [Fact]
    public void Another_generation_begins_anew()
    {
        _latency.Add(isStreaming: true, 1000, Generation, Seconds(0));
        Assert.Null(Read(0, Generation + 1));

        _latency.Begin(isStreaming: true, 500, Generation + 1, Seconds(1));
        _latency.Begin(isStreaming: true, 700, Generation + 1, Seconds(1));
        Assert.Equal(500, Read(1, Generation + 1).GetValueOrDefault(), 1.0);

        _latency.Add(isStreaming: true, 50, Generation + 2, Seconds(1));
        Assert.Equal(50, Read(1, Generation + 2).GetValueOrDefault(), 1.0);
    }

    [Fact]
    public void What_would_have_taken_so_long_at_least_moves_the_average_up_and_never_down()
    {
        _latency.AddAtLeast(isStreaming: true, 800, Generation, Seconds(0));
        _latency.AddAtLeast(isStreaming: true, 200, Generation, Seconds(0));
        Assert.Equal(800, Read(0).GetValueOrDefault(), 1.0);

        _latency.AddAtLeast(isStreaming: true, 900, Generation, Seconds(1));
        Assert.Equal(900, Read(1).GetValueOrDefault(), 1.0);
    }

    [Fact]
    public void Time_that_runs_backwards_between_threads_changes_nothing()
    {
        _latency.Add(isStreaming: true, 1000, Generation, Seconds(10));

        Assert.Equal(1000, Read(5).GetValueOrDefault(), 1.0);
    }

    [Fact]
    public void An_answer_that_took_no_time_is_an_answer()
    {
        _latency.Add(isStreaming: true, 0, Generation, Seconds(0));

        Assert.NotNull(Read(0));
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(2000, 500)]
    [InlineData(18_000, 100)]
    public void Two_thousand_tokens_of_prompt_are_allowed_the_time_of_a_short_one_once_more(int promptTokens, double expected)
        => Assert.Equal(expected, EndpointLatency.ForShortPrompt(1000, promptTokens));

    [Fact]
    public void No_sample_of_many_threads_is_torn()
    {
        Parallel.For(0, 20_000, i => _latency.Add(isStreaming: true, 100 + (i % 100), Generation, Seconds(0)));

        Assert.Equal(199, Read(0).GetValueOrDefault(), 0.5);
    }

    private static long Seconds(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private double? Read(double seconds, uint generation = Generation)
        => _latency.TryRead(isStreaming: true, generation, Seconds(seconds), out var milliseconds) ? milliseconds : null;
}
