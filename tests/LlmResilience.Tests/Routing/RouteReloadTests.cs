using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Routing;

/// <summary>What a reload does to requests by routes, also to one that waits.</summary>
public sealed class RouteReloadTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ChangingConfiguration _configuration = new("a", "b");
    private readonly ReloadingProvider _provider = new();
    private readonly RecordingLoggerFactory _logs = new();
    private readonly ResilientChatClient _client;

    public RouteReloadTests()
    {
        _configuration.Change(("AllUnavailableBehavior", "Wait"), ("Routes:0:Name", "only"), ("Routes:0:Endpoints", "a"));
        _client = new LlmResilienceBuilder { TimeProvider = _clock, LoggerFactory = _logs }.AddProvider(_provider).Bind(_configuration.Section).Build();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_request_takes_the_route_as_it_is_then(bool streaming)
    {
        Assert.Equal("a", (await _client.AskAsync(streaming)).Text);

        _configuration.Change(("Routes:0:Endpoints", "b"));

        Assert.Equal("b", (await _client.AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_with_a_mistake_in_a_route_changes_nothing(bool streaming)
    {
        _configuration.Change(("Routes:0:Endpoints", "nobody"), ("MaxAttempts", "1"));

        Assert.Equal("a", (await _client.AskAsync(streaming)).Text);
        Assert.Contains(_logs.Entries, entry => entry.Message.Contains("LlmResilience:Routes:0:Endpoints is 'nobody'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_gets_an_endpoint_that_its_route_is_given(bool streaming)
    {
        var waiting = Wait(streaming, "a");

        _configuration.AddEndpoint(2, "c");
        Assert.False(waiting.IsCompleted);
        _configuration.Change(("Routes:0:Endpoints", "c"));

        Assert.Equal("c", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_gets_an_endpoint_that_comes_back_with_another_key(bool streaming)
    {
        var waiting = Wait(streaming, "a");

        _configuration.Change(("Endpoints:0:ApiKey", "sk-rotated"));

        Assert.Equal("a", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_for_endpoints_it_allows_gets_one_that_is_added(bool streaming)
    {
        _configuration.Change(("Routes:0:Endpoints", null), ("Routes:0:Name", null));
        _client.GetService<LlmEndpoints>()!.Drain("a");
        var waiting = _client.AskAsync(streaming, options: new ChatOptions().SetAllowedEndpoints("c", "a"));
        Assert.False(waiting.IsCompleted);

        _configuration.AddEndpoint(2, "c");

        Assert.Equal("c", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_is_not_given_an_endpoint_that_its_route_has_not(bool streaming)
    {
        var waiting = Wait(streaming, "a");

        _configuration.AddEndpoint(2, "c");
        Assert.False(waiting.IsCompleted);
        _client.GetService<LlmEndpoints>()!.Restore("a");

        Assert.Equal("a", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_outlives_its_route_and_goes_on_with_what_is_left_of_it(bool streaming)
    {
        _configuration.Change(("Routes:0:Endpoints:0", "a"), ("Routes:0:Endpoints:1", "b"), ("Routes:0:Endpoints", null));
        var waiting = Wait(streaming, "a", "b");

        _configuration.Change(("Routes:0:Name", "another"), ("Routes:0:Endpoints:0", "b"), ("Routes:0:Endpoints:1", null), ("Endpoints:0:Name", "c"));
        Assert.False(waiting.IsCompleted);
        _client.GetService<LlmEndpoints>()!.Restore("b");

        Assert.Equal("b", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_for_an_endpoint_that_is_gone_for_good_ends_in_time(bool streaming)
    {
        var waiting = Wait(streaming, "a");

        _configuration.Change(("Routes:0:Name", "another"), ("Routes:0:Endpoints", "b"), ("Endpoints:0:Name", "c"));
        _clock.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => EndAsync(waiting));
    }

    [Fact]
    public async Task A_stream_that_is_begun_after_a_reload_has_taken_its_endpoint_goes_by_the_route_as_it_is()
    {
        var stream = _client.GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);

        _configuration.Change(("Endpoints:0:ApiKey", "sk-rotated"), ("Routes:0:Endpoints", "b"));

        Assert.Equal("b", (await stream.ToChatResponseAsync(TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task A_stream_whose_only_endpoint_is_gone_by_then_says_so_each_time()
    {
        _configuration.Change(("Routes:0:Endpoints", null), ("Routes:0:Name", null), ("AllUnavailableBehavior", "FailFast"));
        var stream = _client.GetStreamingResponseAsync("hi", new ChatOptions().SetAllowedEndpoints("a"), TestContext.Current.CancellationToken);

        _configuration.Change(("Endpoints:0:Name", "c"));

        Assert.IsType<AllEndpointsFailedException>((await stream.CollectAsync()).Exception);
        Assert.IsType<AllEndpointsFailedException>((await stream.CollectAsync()).Exception);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reloads_under_requests_fail_none_of_them(bool streaming)
    {
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answers = 0;
            do
            {
                var text = (await _client.AskAsync(streaming)).Text;
                Assert.True(text is "a" or "b", text);
                answers++;
            }
            while (!stop.IsCancellationRequested);

            return answers;
        })).ToList();

        for (var i = 0; i < 100; i++)
        {
            _configuration.Change(("Routes:0:Endpoints", i % 2 == 0 ? "b" : "a"), ("Endpoints:0:ApiKey", $"sk-{i / 10}"));
        }

        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(asking)).Sum() >= asking.Count);
    }

    public void Dispose() => _client.Dispose();

    // No time passes here: who is not woken waits for ever.
    private static Task<ChatResponse> EndAsync(Task<ChatResponse> waiting) => waiting.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

    private Task<ChatResponse> Wait(bool streaming, params string[] drained)
    {
        Array.ForEach(drained, _client.GetService<LlmEndpoints>()!.Drain);
        var waiting = _client.AskAsync(streaming);
        Assert.False(waiting.IsCompleted);
        return waiting;
    }
}
