using Microsoft.Extensions.Logging;

namespace LlmResilience.Tests.Failures;

/// <summary>An endpoint that asked to be left alone is, for as long as it asked, and its health does not suffer.</summary>
public sealed class CoolDownTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rate_limited_endpoint_is_left_alone_for_its_retry_after(bool streaming)
    {
        var limited = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 20)), Script.Answer("back"));
        using var chain = Chain(limited);

        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        chain.Clock.Advance(TimeSpan.FromSeconds(19.999));
        Assert.Equal("backup", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(1, limited.Calls);
        Assert.Equal(EndpointState.CoolingDown, chain["a"].State);
        Assert.False(chain["a"].IsAvailable);

        chain.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("back", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task A_shorter_retry_after_never_shortens_a_longer_one()
    {
        var release = new TaskCompletionSource();
        var limited = new FakeChatClient(
            new Script().Then((_, _) => release.Task).ThenThrow(new Refusal(FailureKind.RateLimited, 2)),
            Script.Throw(new Refusal(FailureKind.RateLimited, 20)));
        using var chain = Chain(limited);

        var first = chain.Client.AskAsync(streaming: false);
        await chain.Client.AskAsync(streaming: false);
        release.SetResult();
        await first;

        Assert.Equal(chain.Clock.GetUtcNow().AddSeconds(20), chain["a"].CoolDownUntil);
    }

    [Fact]
    public async Task A_header_cannot_ask_for_more_than_five_minutes()
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 86_400))));

        await chain.Client.AskAsync(streaming: false);

        Assert.Equal(chain.Clock.GetUtcNow().AddMinutes(5), chain["a"].CoolDownUntil);
    }

    [Fact]
    public async Task An_overloaded_endpoints_retry_after_is_a_cool_down_and_the_least_an_ejection_lasts()
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new Refusal(FailureKind.Overloaded, 120))), endpoint => endpoint.Ejection.ConsecutiveFailureThreshold = 1);

        await chain.Client.AskAsync(streaming: false);

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal(TimeSpan.FromSeconds(120), chain["a"].EjectionDuration);
        Assert.Equal(chain.Clock.GetUtcNow().AddSeconds(120), chain["a"].CoolDownUntil);
    }

    [Fact]
    public async Task An_exhausted_quota_cools_down_for_the_longest_ejection()
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new Refusal(FailureKind.QuotaExhausted))), endpoint => endpoint.Ejection.MaxEjectionTime = TimeSpan.FromSeconds(77));

        await chain.Client.AskAsync(streaming: false);

        Assert.Equal(chain.Clock.GetUtcNow().AddSeconds(77), chain["a"].CoolDownUntil);
    }

    [Theory]
    [InlineData(FailureKind.Unauthorized)]
    [InlineData(FailureKind.NotFound)]
    public async Task A_wrong_key_or_model_is_logged_as_an_error_once_per_cool_down(FailureKind kind)
    {
        var release = new TaskCompletionSource();
        var first = new FakeChatClient(new Script().Then((_, _) => release.Task).ThenThrow(new Refusal(kind)), Script.Throw(new Refusal(kind)));
        using var chain = Chain(first, endpoint => endpoint.ModelId = "m");

        var late = chain.Client.AskAsync(streaming: false);
        await chain.Client.AskAsync(streaming: false);
        release.SetResult();
        await late;
        Assert.Single(chain.Logs.Entries, entry => entry.Level == LogLevel.Error);

        chain.Clock.Advance(TimeSpan.FromMinutes(1));
        await chain.Client.AskAsync(streaming: false);
        Assert.Equal(2, chain.Logs.Entries.Count(entry => entry.Level == LogLevel.Error));
    }

    [Fact]
    public async Task With_every_endpoint_cooling_down_the_app_is_told_why_and_when_to_come_back()
    {
        var limited = new FakeChatClient(Script.Throw(new Refusal(FailureKind.RateLimited, 30)));
        using var chain = new TestChain().Endpoint("a", limited, endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()));
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        Assert.Equal(1, limited.Calls);
        Assert.Equal(TimeSpan.FromSeconds(30), failed.RetryAfter);
        Assert.Empty(failed.Attempts);
        var unavailable = Assert.Single(failed.SkippedEndpoints).Unavailable!;
        Assert.Equal(
            ("a", EndpointState.CoolingDown, FailureKind.RateLimited, TimeSpan.FromSeconds(30)),
            (unavailable.EndpointName, unavailable.State, unavailable.CoolDownReason, unavailable.RetryAfter));
        Assert.Same(unavailable, failed.InnerException);
        Assert.Contains("cooling down for 30 more s after RateLimited", failed.Message, StringComparison.Ordinal);
    }

    private static TestChain Chain(FakeChatClient first, Action<EndpointOptions>? configure = null)
        => new TestChain()
            .Endpoint("a", first, endpoint =>
            {
                endpoint.PrependFailureClassifier(new RefusalClassifier());
                configure?.Invoke(endpoint);
            })
            .Endpoint("b", Script.Answer("backup"))
            .With(options => options.EndpointDefaults.PrependFailureClassifier(new RefusalClassifier()));
}
