using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>Down the chain: in order, past what is out, once per endpoint, to an exception that tells all.</summary>
public sealed class FallbackTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_exception_has_the_trail_and_the_last_attempts_exception_inside(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(new IOException("the prompt was: secret")))
            .Endpoint("b", Script.Answer("out"))
            .Endpoint("c", Script.Throw(new InvalidOperationException("secret too")));
        chain.Endpoints.Drain("b");

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(
            [("a", FailureKind.ConnectionFailed), ("c", FailureKind.Unknown)],
            failed.Attempts.Select(attempt => (attempt.EndpointName, attempt.Kind)));
        var skipped = Assert.Single(failed.SkippedEndpoints);
        Assert.Equal(("b", EndpointState.Drained), (skipped.EndpointName, skipped.Unavailable?.State));
        Assert.IsType<InvalidOperationException>(failed.InnerException);
        Assert.Contains("drained by the operator", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(chain.Logs.Entries, entry => entry.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_request_makes_more_than_the_allowed_attempts(bool streaming)
    {
        using var chain = new TestChain().With(options => options.MaxAttempts = 3);
        var clients = Enumerable.Range(0, 5).Select(_ => new FakeChatClient(Script.Throw(new IOException()))).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            chain.Endpoint($"e{i}", clients[i]);
        }

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal([1, 1, 1, 0, 0], clients.Select(client => client.Calls));
        Assert.Equal(["e0", "e1", "e2"], failed.Attempts.Select(attempt => attempt.EndpointName));
        Assert.Equal([("e3", null), ("e4", null)], failed.SkippedEndpoints.Select(skipped => (skipped.EndpointName, skipped.Unavailable)));
        Assert.Contains("'e3' not reached; 'e4' not reached", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_broke_a_stream_is_the_last_of_the_requests_attempts()
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(new IOException("refused")))
            .Endpoint("b", new Script().Text("one").ThenThrow(new IOException("cut")));

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        var interrupted = Assert.IsType<StreamInterruptedException>(exception);
        Assert.Equal(("b", FailureKind.StreamInterrupted, "one"), (interrupted.EndpointName, interrupted.Kind, interrupted.PartialText));
        Assert.Equal([("a", FailureKind.ConnectionFailed), ("b", FailureKind.StreamInterrupted)], interrupted.Attempts.Select(attempt => (attempt.EndpointName, attempt.Kind)));
        Assert.IsAssignableFrom<LlmResilienceException>(exception);
    }

    [Fact]
    public async Task A_first_response_that_fails_late_says_how_long_it_took()
    {
        var release = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", new Script().Then((_, _) => release.Task).ThenThrow(new IOException()));

        var asking = chain.Client.AskAsync(streaming: false);
        chain.Clock.Advance(TimeSpan.FromSeconds(3));
        release.SetResult();

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => asking);
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(failed.Attempts).Duration);
    }
}
