namespace LlmResilience.Tests.Telemetry;

/// <summary>The app's own callbacks.</summary>
public class EventsTests
{
    private readonly List<string> _told = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retries_fallbacks_and_states_are_told_in_their_order(bool streaming)
    {
        using var chain = Chain(
            new FakeChatClient(Script.Throw(new IOException())),
            endpoint =>
            {
                endpoint.Retry.MaxRetryAttempts = 1;
                endpoint.Retry.Delay = TimeSpan.Zero;
                endpoint.Ejection.ConsecutiveFailureThreshold = 2;
            });

        Assert.Equal("b", (await chain.Client.AskAsync(streaming)).Text);

        Assert.Equal(["retry a ConnectionFailed", "a Healthy -> Ejected", "fallback a -> b ConnectionFailed"], _told);
    }

    [Fact]
    public async Task What_lapses_by_time_is_told_when_the_next_request_looks()
    {
        using var chain = Chain(new FakeChatClient(Script.Answer("a")), endpoint => endpoint.Ejection.RampUpDuration = TimeSpan.FromSeconds(30));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(TimeSpan.FromSeconds(30));
        await chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Drain("a");
        chain.Endpoints.Restore("a");

        Assert.Equal(
            ["a Healthy -> Ejected", "a Ejected -> Probing", "a Probing -> Ramping", "a Ramping -> Healthy", "a Healthy -> Drained", "a Drained -> Healthy"], _told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_fails_is_told_once_with_what_the_app_gets(bool streaming)
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new ArgumentException("bad")), Script.Hang()));
        using var app = new CancellationTokenSource();
        chain.Endpoints.Drain("b");
        _told.Clear();

        await Assert.ThrowsAsync<ArgumentException>(() => chain.Client.AskAsync(streaming));
        var canceled = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        chain.Endpoints.Drain("a");
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(["failed ArgumentException after 1", "a Healthy -> Drained", "failed AllEndpointsFailedException after 0"], _told);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_told_as_a_failed_request()
    {
        using var chain = Chain(new FakeChatClient(new Script().Text("one").ThenThrow(new IOException())));

        await chain.Client.GetStreamingResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "hi")]).CollectAsync();

        Assert.Equal(["failed StreamInterruptedException after 1"], _told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_throws_changes_nothing(bool streaming)
    {
        using var chain = Chain(new FakeChatClient(Script.Throw(new IOException())), endpoint => endpoint.Ejection.ConsecutiveFailureThreshold = 1);
        chain.Events.OnRetry += _ => throw new NotSupportedException();
        chain.Events.OnFallback += _ => throw new NotSupportedException();
        chain.Events.OnEndpointStateChanged += _ => throw new NotSupportedException();
        chain.Events.OnRequestFailed += _ => throw new NotSupportedException();

        Assert.Equal("b", (await chain.Client.AskAsync(streaming)).Text);
        chain.Endpoints.Drain("b");
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
    }

    private TestChain Chain(FakeChatClient first, Action<EndpointOptions>? configure = null)
    {
        var chain = new TestChain("support").Endpoint("a", first, configure).Endpoint("b", Script.Answer("b"));
        chain.Events.OnRetry = context => Tell(context.ClientName, $"retry {context.EndpointName} {context.Failure.Kind}");
        chain.Events.OnFallback = context => Tell(context.ClientName, $"fallback {context.EndpointName} -> {context.NextEndpointName} {context.Failure.Kind}");
        chain.Events.OnEndpointStateChanged = context => Tell(context.ClientName, $"{context.EndpointName} {context.PreviousState} -> {context.State}");
        chain.Events.OnRequestFailed = context => Tell(context.ClientName, $"failed {context.Exception.GetType().Name} after {context.AttemptCount}");
        return chain;
    }

    private void Tell(string client, string what)
    {
        Assert.Equal("support", client);
        _told.Add(what);
    }
}
