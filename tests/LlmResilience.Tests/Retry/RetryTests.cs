using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.Retry;

/// <summary>Retries at the same endpoint that do not make things worse.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_comes_after_a_backoff_of_half_to_all_of_the_base(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new IOException()), Script.Answer("again"));
        using var chain = Chain(client);

        var answer = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(1, client.Calls);
        chain.Clock.Advance(TimeSpan.FromMilliseconds(251));

        Assert.Equal("again", (await answer).Text);
        Assert.Equal(2, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_backoff_doubles_up_to_its_maximum(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new IOException()));
        using var chain = new TestChain().Endpoint("a", client, endpoint =>
        {
            endpoint.Ejection.Enabled = false;
            endpoint.Retry.MaxRetryAttempts = 4;
            endpoint.Retry.Delay = TimeSpan.FromSeconds(1);
            endpoint.Retry.MaxDelay = TimeSpan.FromSeconds(3);
        });

        var asking = chain.Client.AskAsync(streaming);
        foreach (var longest in new[] { 1, 2, 3, 3 })
        {
            await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(longest));
            var backoff = chain.Clock.NextTimer;
            Assert.InRange(backoff, (TimeSpan.FromSeconds(longest) / 2) - TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(longest));
            chain.Clock.Advance(backoff);
        }

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => asking);
        Assert.Equal(5, failed.Attempts.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_waits_for_the_retry_after_if_that_fits(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 3)), Script.Answer("again"));
        using var chain = Chain(client).Endpoint("b", Script.Answer("backup"));

        var answer = chain.Client.AskAsync(streaming);
        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        chain.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("again", (await answer).Text);
    }

    [Theory]
    [InlineData(FailureKind.RateLimited)]
    [InlineData(FailureKind.Overloaded)]
    public async Task A_retry_after_that_is_too_long_moves_the_request_on_at_once(FailureKind kind)
    {
        var client = new FakeChatClient(Script.Throw(new Refusal(kind, 6)));
        using var chain = Chain(client).Endpoint("b", Script.Answer("backup"));

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal(1, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_leaves_the_time_that_the_next_candidates_need(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 3)));
        using var chain = Chain(client).Endpoint("b", new FakeChatClient(Script.Answer("backup")), endpoint =>
            {
                endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(8);
                endpoint.Timeouts.Response = TimeSpan.FromSeconds(8);
            })
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_that_the_failure_ejected_is_not_retried(bool streaming)
    {
        var client = new FakeChatClient(Script.Throw(new IOException()));
        using var chain = new TestChain().Endpoint("a", client, endpoint =>
            {
                endpoint.Retry.MaxRetryAttempts = 3;
                endpoint.Ejection.ConsecutiveFailureThreshold = 1;
                endpoint.Ejection.BaseEjectionTime = TimeSpan.FromMilliseconds(1);
            })
            .Endpoint("b", Script.Answer("backup"));

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(1, client.Calls);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_endpoint_that_is_out_after_the_backoff_is_left_as_its_rule_says(bool streaming, bool fallsBack)
    {
        var client = new FakeChatClient(Script.Throw(new IOException("refused")));
        using var chain = new TestChain().Endpoint("a", client, endpoint =>
            {
                endpoint.Retry.MaxRetryAttempts = 1;
                endpoint.Failures.ConnectionFailed.Fallback = fallsBack;
            })
            .Endpoint("b", Script.Answer("backup"));

        var asking = chain.Client.AskAsync(streaming);
        chain.Endpoints.Drain("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        if (fallsBack)
        {
            Assert.Equal("backup", (await asking).Text);
        }
        else
        {
            Assert.Equal("refused", (await Assert.ThrowsAsync<IOException>(() => asking)).Message);
        }

        Assert.Equal(1, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_leaves_an_attempt_for_each_endpoint_that_was_not_asked_yet(bool streaming)
    {
        using var chain = new TestChain().With(options =>
        {
            options.EndpointDefaults.Retry.MaxRetryAttempts = 1;
            options.EndpointDefaults.Retry.Delay = TimeSpan.Zero;
        });
        var failing = Enumerable.Range(0, 4).Select(_ => new FakeChatClient(Script.Throw(new IOException()))).ToArray();
        for (var i = 0; i < failing.Length; i++)
        {
            chain.Endpoint($"failing {i}", failing[i]);
        }

        chain.Endpoint("well", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal([2, 1, 1, 1], failing.Select(client => client.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_apps_cancel_ends_the_backoff(bool streaming)
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new IOException())));
        using var app = new CancellationTokenSource();

        var asking = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        await app.CancelAsync();

        Assert.Equal(app.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking)).CancellationToken);
        Assert.Equal(0, chain.Clock.LiveTimers);
    }

    private static TestChain Chain(FakeChatClient client) => new TestChain().Endpoint("a", client, endpoint =>
    {
        endpoint.Retry.MaxRetryAttempts = 1;
        endpoint.PrependFailureClassifier(new RefusalClassifier());
    });
}
