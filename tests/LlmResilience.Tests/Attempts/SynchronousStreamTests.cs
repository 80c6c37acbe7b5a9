using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A client whose updates are all there at once meets the same clocks, and the app's cancel, as one that is waited for.</summary>
public sealed class SynchronousStreamTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromSeconds(0.1);

    [Fact]
    public async Task The_first_token_is_due_although_nothing_is_ever_awaited()
    {
        using var chain = new TestChain();
        var endless = new EndlessClient(chain.Clock, Tenth, _ => new ChatResponseUpdate());
        chain.Endpoint("a", endless, endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(30)).Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal(300, endless.Sent);
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task The_last_candidate_is_given_its_longer_time_and_its_lateness_counts()
    {
        using var chain = new TestChain();
        var endless = new EndlessClient(chain.Clock, Tenth, i => i < 350 ? new ChatResponseUpdate() : new ChatResponseUpdate(ChatRole.Assistant, "late"));
        chain.Endpoint("a", endless);

        await using var stream = chain.Client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();

        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(1, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task The_requests_deadline_ends_it_before_the_first_token()
    {
        using var chain = new TestChain().With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));
        chain.Endpoint("a", new EndlessClient(chain.Clock, Tenth, _ => new ChatResponseUpdate()));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => chain.Client.AskAsync(streaming: true));
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Fact]
    public async Task The_requests_deadline_ends_it_in_mid_stream_with_what_was_seen()
    {
        using var chain = new TestChain().With(options => options.RequestTimeout = TimeSpan.FromSeconds(10));
        chain.Endpoint("a", new EndlessClient(chain.Clock, Tenth, _ => new ChatResponseUpdate(ChatRole.Assistant, "x")));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(updates.ToChatResponse().Text, Assert.IsType<RequestTimeoutException>(exception).PartialText);
        Assert.InRange(updates.Count, 99, 200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_apps_cancel_ends_it_at_once(bool afterFirstToken)
    {
        using var app = new CancellationTokenSource();
        using var chain = new TestChain();
        var endless = new EndlessClient(chain.Clock, TimeSpan.Zero, _ => afterFirstToken ? new ChatResponseUpdate(ChatRole.Assistant, "x") : new ChatResponseUpdate())
        {
            OnSent = i =>
            {
                if (i == 10)
                {
                    app.Cancel();
                }
            },
        };
        chain.Endpoint("a", endless);

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("hi", cancellationToken: app.Token).CollectAsync();

        Assert.Equal(app.Token, Assert.IsType<OperationCanceledException>(exception).CancellationToken);
        Assert.Equal(11, endless.Sent);
        Assert.Equal(0, chain["a"].FailureRatio);
    }
}
