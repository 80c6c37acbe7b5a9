using LlmResilience.Tests.Attempts;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace LlmResilience.Tests.PollyAdapters;

/// <summary>The strategies in a pipeline of the app's own.</summary>
public sealed class StrategyTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_late_first_token_fails_the_execution_so_that_a_retry_around_it_can_act()
    {
        var client = new FakeChatClient(Script.Updates(new ChatResponseUpdate { Role = ChatRole.Assistant }).ThenHang(), Script.Answer("at the second time"));
        var pipeline = Builder()
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 1, Delay = TimeSpan.Zero, ShouldHandle = new PredicateBuilder().Handle<FirstTokenTimeoutException>() })
            .AddFirstTokenTimeout(TimeSpan.FromMilliseconds(200))
            .Build();

        var executing = pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token))).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        var stream = await executing;

        Assert.Equal("at the second time", (await stream.ToChatResponseAsync()).Text);
        Assert.True(client.Received[0].Token.IsCancellationRequested);
        Assert.False(client.Received[1].Token.IsCancellationRequested);
    }

    [Fact]
    public async Task It_does_not_wait_for_a_callee_that_ignores_cancellation()
    {
        var release = new TaskCompletionSource();
        var client = new FakeChatClient(Script.HangStubbornly(release.Task));
        var pipeline = Builder().AddFirstTokenTimeout(TimeSpan.FromSeconds(1)).Build();

        var executing = pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token))).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), (await Assert.ThrowsAsync<FirstTokenTimeoutException>(() => executing)).Timeout);
        release.SetResult();
    }

    [Fact]
    public async Task The_stream_outlives_the_execution_and_hears_the_app()
    {
        using var app = new CancellationTokenSource();
        var client = new FakeChatClient(new Script().Text("one").ThenHang());
        var pipeline = Builder().AddFirstTokenTimeout(TimeSpan.FromSeconds(1)).Build();

        var stream = await pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token)), app.Token);
        await using var updates = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());
        _clock.Advance(TimeSpan.FromHours(1));
        var next = updates.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await app.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
        Assert.Throws<InvalidOperationException>(() => stream.GetAsyncEnumerator());
    }

    [Fact]
    public async Task Other_results_are_timed_as_a_whole()
    {
        var pipeline = Builder().AddFirstTokenTimeout(TimeSpan.FromSeconds(1)).Build();

        Assert.Equal(5, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(5)));
        var executing = pipeline.ExecuteAsync(async token => await Task.Delay(Timeout.Infinite, token)).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<FirstTokenTimeoutException>(() => executing);
    }

    [Fact]
    public async Task Ejection_rejects_for_k_times_the_base_and_comes_back_by_a_probe()
    {
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 3, JitterRatio = 0, RampUpDuration = TimeSpan.Zero } }).Build();
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => FailAsync(pipeline));
        }

        var rejected = await Assert.ThrowsAsync<EndpointUnavailableException>(() => FailAsync(pipeline));
        Assert.Equal(TimeSpan.FromSeconds(10), rejected.RetryAfter);
        Assert.IsAssignableFrom<ExecutionRejectedException>(rejected);

        _clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<IOException>(() => FailAsync(pipeline));
        Assert.Equal(TimeSpan.FromSeconds(20), (await Assert.ThrowsAsync<EndpointUnavailableException>(() => FailAsync(pipeline))).RetryAfter);

        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(1)));
        Assert.Equal(2, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(2)));
    }

    [Fact]
    public async Task Ejection_counts_only_what_says_something_about_health()
    {
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 1 } }).Build();
        using var app = new CancellationTokenSource();

        await Assert.ThrowsAsync<ArgumentException>(() => pipeline.ExecuteAsync<int>(_ => throw new ArgumentException("the caller's fault")).AsTask());
        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pipeline.ExecuteAsync<int>(async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return 1;
        }, app.Token).AsTask());

        Assert.Equal(1, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(1)));
    }

    [Fact]
    public async Task Ejection_books_a_stream_at_its_first_token_and_once_more_when_it_breaks()
    {
        var client = new FakeChatClient(new Script().Text("one").ThenThrow(new IOException()));
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 0, MinimumThroughput = 4 } }).AddFirstTokenTimeout(TimeSpan.FromSeconds(1)).Build();

        for (var i = 0; i < 2; i++)
        {
            var stream = await pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token)));
            Assert.IsType<IOException>((await stream.CollectAsync()).Exception);
        }

        await Assert.ThrowsAsync<EndpointUnavailableException>(() => FailAsync(pipeline));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ejection_takes_a_stream_that_ends_empty_for_a_success_only_if_a_job_goes_on(bool hasToken)
    {
#pragma warning disable MEAI001 // What the test is about.
        var begun = new ChatResponseUpdate(ChatRole.Assistant, []) { ContinuationToken = hasToken ? ResponseContinuationToken.FromBytes(new byte[] { 1 }) : null };
#pragma warning restore MEAI001
        var client = new FakeChatClient(Script.Updates(begun));
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 1 } }).Build();

        await (await StreamAsync()).CollectAsync();
        var again = await Record.ExceptionAsync(() => StreamAsync().AsTask());

        Assert.Equal(hasToken, again is null);

        ValueTask<IAsyncEnumerable<ChatResponseUpdate>> StreamAsync()
            => pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token)));
    }

    [Fact]
    public async Task What_breaks_after_the_finish_reason_is_no_failure()
    {
        var client = new FakeChatClient(Script.Answer("one").ThenThrow(new IOException()));
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 1 } }).Build();

        for (var i = 0; i < 2; i++)
        {
            var stream = await pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token)));
            Assert.Null((await stream.CollectAsync()).Exception);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disposal_that_hangs_or_throws_neither_delays_nor_replaces_what_happened(bool hangs)
    {
        var release = new TaskCompletionSource();
        using var client = new AwkwardClient
        {
            Failure = new IOException("first"),
            OnDispose = () => hangs ? new ValueTask(release.Task) : throw new InvalidOperationException("dispose"),
        };
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions()).AddFirstTokenTimeout(TimeSpan.FromSeconds(1)).Build();

        var failing = pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token))).AsTask();
        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(() => failing)).Message);

        client.Failure = null;
        var whole = await pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token)));
        Assert.Equal("one two", (await whole.ToChatResponseAsync()).Text);

        release.SetResult();
    }

    [Fact]
    public async Task A_token_that_another_execution_cancels_does_not_hide_a_break()
    {
        using var pooled = new CancellationTokenSource();
        var client = new FakeChatClient(new Script().Text("one").ThenThrow(new IOException()));
        var pipeline = Builder().AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 1 } }).Build();

        var stream = await pipeline.ExecuteAsync(token => ValueTask.FromResult(client.GetStreamingResponseAsync("hi", cancellationToken: token)), pooled.Token);
        await pooled.CancelAsync();
        Assert.IsType<IOException>((await stream.CollectAsync()).Exception);

        await Assert.ThrowsAsync<EndpointUnavailableException>(() => FailAsync(pipeline));
    }

    [Fact]
    public async Task Updates_without_content_and_without_end_meet_the_timeout()
    {
        var endless = new EndlessClient(_clock, TimeSpan.FromSeconds(0.1), _ => new ChatResponseUpdate());
        var pipeline = Builder().AddFirstTokenTimeout(TimeSpan.FromSeconds(20)).Build();

        await Assert.ThrowsAsync<FirstTokenTimeoutException>(
            () => pipeline.ExecuteAsync(token => ValueTask.FromResult(endless.GetStreamingResponseAsync("hi", cancellationToken: token))).AsTask());
    }

    [Fact]
    public async Task What_is_held_before_the_first_token_is_bounded()
    {
        var endless = new EndlessClient(_clock, TimeSpan.Zero, i => new ChatResponseUpdate { MessageId = $"m{i}" });
        var pipeline = Builder().AddFirstTokenTimeout(TimeSpan.FromSeconds(20)).Build();

        var failed = await Assert.ThrowsAsync<UnusableResponseException>(
            () => pipeline.ExecuteAsync(token => ValueTask.FromResult(endless.GetStreamingResponseAsync("hi", cancellationToken: token))).AsTask());
        Assert.Equal(FailureKind.InvalidResponse, failed.Kind);
    }

    [Fact]
    public void Options_are_checked_when_a_strategy_is_added()
    {
        var tooShort = Assert.Throws<OptionsValidationException>(() => Builder().AddFirstTokenTimeout(TimeSpan.FromSeconds(-5)));
        Assert.Contains("FirstTokenTimeout:Timeout is -00:00:05", tooShort.Message, StringComparison.Ordinal);
        var below = Assert.Throws<OptionsValidationException>(() => Builder().AddEjection(new EjectionStrategyOptions { Ejection = { MaxEjectionTime = TimeSpan.FromSeconds(1) } }));
        Assert.Contains("Ejection:Ejection:MaxEjectionTime is 00:00:01; it must be at least BaseEjectionTime, which is 00:00:10", below.Message, StringComparison.Ordinal);
    }

    private static Task<int> FailAsync(ResiliencePipeline pipeline) => pipeline.ExecuteAsync<int>(_ => throw new IOException()).AsTask();

    private ResiliencePipelineBuilder Builder() => new() { TimeProvider = _clock };
}
