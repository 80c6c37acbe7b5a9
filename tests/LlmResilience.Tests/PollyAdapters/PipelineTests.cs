using LlmResilience.Tests.Failures;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;
using Polly.Simmy;

namespace LlmResilience.Tests.PollyAdapters;

/// <summary>Polly's own strategies inside an endpoint, chaos for one.</summary>
public sealed class PipelineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chaos_faults_are_failures_of_the_endpoint(bool streaming)
    {
        using var chain = Chain(pipeline => pipeline.AddChaosFault(1.0, () => new IOException("chaos")), Script.Answer("a"));

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chaos_latency_is_seen_by_the_endpoints_timeouts(bool streaming)
    {
        using var chain = Chain(pipeline => pipeline.AddChaosLatency(1.0, TimeSpan.FromHours(1)), Script.Answer("a"));

        var answer = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(streaming ? 30 : 120));

        Assert.Equal("backup", (await answer).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_of_the_pipelines_own_sees_what_happens_before_the_first_token(bool streaming)
    {
        var client = new FakeChatClient(
            Script.Updates(new ChatResponseUpdate { ResponseId = "dead" }).ThenThrow(new IOException()),
            Script.Answer("at the second time"));
        using var chain = new TestChain().Endpoint("a", client, endpoint => endpoint.ConfigurePipeline(pipeline =>
            pipeline.AddRetry(new RetryStrategyOptions { Delay = TimeSpan.Zero, MaxRetryAttempts = 1 })));

        var response = await chain.Client.AskAsync(streaming);

        Assert.Equal("at the second time", response.Text);
        Assert.NotEqual("dead", response.ResponseId);
        Assert.Equal(new AnsweringEndpoint("a", 1), response.GetLlmEndpoint());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rejection_by_the_pipeline_is_not_the_endpoints_failure(bool streaming)
    {
        using var chain = Chain(pipeline => pipeline.AddChaosFault(1.0, () => new Polly.CircuitBreaker.BrokenCircuitException()), Script.Answer("a"));

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(0, chain["a"].SampleCount);
    }

    [Fact]
    public async Task What_breaks_after_the_first_token_is_told_as_without_a_pipeline()
    {
        using var chain = Chain(pipeline => pipeline.AddTimeout(TimeSpan.FromSeconds(5)), new Script().Text("one").ThenThrow(new IOException()));

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal("one", Assert.IsType<StreamInterruptedException>(exception).PartialText);
    }

    [Fact]
    public async Task A_provider_is_never_given_a_token_that_another_request_can_cancel()
    {
        // The trap: a pooled source is reset and lent to the next request while the stream still holds its token.
        var first = new FakeChatClient(new Script().Text("one").Then((_, token) => token.IsCancellationRequested ? throw new IOException("cancelled by another") : Task.CompletedTask).Text("two").Finish());
        using var chain = new TestChain()
            .Endpoint("a", first, endpoint => endpoint.ConfigurePipeline(pipeline => pipeline.AddTimeout(TimeSpan.FromSeconds(5))))
            .Endpoint("b", Script.Hang());

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = chain.Clock }.AddTimeout(TimeSpan.FromSeconds(5)).Build();
        var other = pipeline.ExecuteAsync(async token => await Task.Delay(Timeout.Infinite, token)).AsTask();
        chain.Clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<Polly.Timeout.TimeoutRejectedException>(() => other);

        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("two", stream.Current.Text);
    }

    [Fact]
    public async Task The_apps_cancel_reaches_a_stream_that_came_through_a_pipeline_with_a_timeout()
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(new Script().Text("one").ThenHang()),
            endpoint => endpoint.ConfigurePipeline(pipeline => pipeline.AddTimeout(TimeSpan.FromSeconds(5))));
        using var app = new CancellationTokenSource();

        await using var stream = chain.Client.GetStreamingResponseAsync("hi", cancellationToken: app.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync();
        await app.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
        await Eventually.IsTrueAsync(() => chain["a"].AbandonedAttempts == 0);
    }

    [Fact]
    public async Task The_clients_services_are_reached_through_a_pipeline()
    {
        var client = new FakeChatClient(Script.Answer("a"));
        using var chain = new TestChain().Endpoint("a", client, endpoint => endpoint.ConfigurePipeline(pipeline => pipeline.AddTimeout(TimeSpan.FromSeconds(5))));

        Assert.Same(client, chain.Client.GetService<FakeChatClient>());
        await chain.Client.AskAsync(streaming: true);
        chain.Client.Dispose();
        Assert.True(client.IsDisposed);
    }

    private static TestChain Chain(Action<ResiliencePipelineBuilder> configure, Script script)
        => new TestChain()
            .Endpoint("a", new FakeChatClient(script), endpoint =>
            {
                endpoint.PrependFailureClassifier(new RefusalClassifier());
                endpoint.ConfigurePipeline(configure);
            })
            .Endpoint("b", Script.Answer("backup"));
}
