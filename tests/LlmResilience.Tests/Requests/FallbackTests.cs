using LlmResilience.Endpoints;
using LlmResilience.Tests.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>Down the chain: in order, past what is out, once per endpoint, to an exception that tells all.</summary>
public sealed class FallbackTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoints_are_asked_by_priority_and_then_in_order(bool streaming)
    {
        List<string> asked = [];
        using var chain = new TestChain()
            .Endpoint("third", Failing("third"), endpoint => endpoint.Priority = 1)
            .Endpoint("first", Failing("first"))
            .Endpoint("second", Failing("second"))
            .Endpoint("fourth", Failing("fourth"), endpoint => endpoint.Priority = 1);

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(["first", "second", "third", "fourth"], asked);
        Assert.Equal(asked, failed.Attempts.Select(attempt => attempt.EndpointName));

        FakeChatClient Failing(string name) => new(new Script().Then((_, _) =>
        {
            asked.Add(name);
            throw new IOException(name);
        }));
    }

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_that_was_too_long_skips_endpoints_that_are_declared_smaller(bool streaming)
    {
        var smaller = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new Refusal(FailureKind.ContextLengthExceeded))), endpoint =>
            {
                endpoint.ContextWindow = 8000;
                endpoint.PrependFailureClassifier(new RefusalClassifier());
            })
            .Endpoint("b", smaller, endpoint => endpoint.ContextWindow = 4000)
            .Endpoint("c", new FakeChatClient(Script.Answer("large")), endpoint => endpoint.ContextWindow = 128_000);

        Assert.Equal("large", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(0, smaller.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_endpoint_gets_its_own_model_and_its_own_copy_of_the_options(bool streaming)
    {
        var first = new FakeChatClient(Script.Throw(new IOException()));
        var second = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain()
            .Endpoint("a", first, endpoint => endpoint.ModelId = "model-a")
            .Endpoint("b", second, endpoint => endpoint.ModelId = "model-b");
        var options = new ChatOptions { ModelId = "asked", Temperature = 0.5f };

        await chain.Client.AskAsync(streaming, options: options);
        await chain.Client.AskAsync(streaming);

        Assert.Equal("asked", options.ModelId);
        Assert.Equal("model-a", first.Received[0].Options!.ModelId);
        Assert.Equal("model-b", second.Received[0].Options!.ModelId);
        Assert.Equal(0.5f, second.Received[0].Options!.Temperature);
        Assert.NotSame(options, second.Received[0].Options);
        Assert.Equal("model-b", second.Received[1].Options!.ModelId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_tells_which_endpoint_it_is_from(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Throw(new IOException()), Script.Answer("a")).Endpoint("b", Script.Answer("b"));

        Assert.Equal(new AnsweringEndpoint("b", 2), (await chain.Client.AskAsync(streaming)).GetLlmEndpoint());
        Assert.Equal(new AnsweringEndpoint("a", 1), (await chain.Client.AskAsync(streaming)).GetLlmEndpoint());
        Assert.Null(new ChatResponse().GetLlmEndpoint());
    }

    [Fact]
    public async Task The_streams_first_update_tells_which_endpoint_it_is_from()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one two"));

        var (updates, _) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(new AnsweringEndpoint("a", 1), updates[0].GetLlmEndpoint());
        Assert.Null(updates[1].GetLlmEndpoint());
    }

    [Fact]
    public async Task Which_endpoint_answered_survives_putting_a_stream_with_message_ids_together()
    {
        using var chain = new TestChain().Endpoint("a", Script.Updates(
            new ChatResponseUpdate(ChatRole.Assistant, "one") { MessageId = "m", ResponseId = "r" },
            new ChatResponseUpdate(ChatRole.Assistant, []) { MessageId = "m", ResponseId = "r", FinishReason = ChatFinishReason.Stop }));

        Assert.Equal(new AnsweringEndpoint("a", 1), (await chain.Client.AskAsync(streaming: true)).GetLlmEndpoint());
    }

    [Fact]
    public async Task Which_endpoint_answered_survives_a_cache()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one"));
        var response = await chain.Client.AskAsync(streaming: false);

        var json = System.Text.Json.JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions);
        var cached = System.Text.Json.JsonSerializer.Deserialize<ChatResponse>(json, AIJsonUtilities.DefaultOptions)!;

        Assert.Equal(new AnsweringEndpoint("a", 1), cached.GetLlmEndpoint());
    }

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
            .Endpoint("b", second)
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(4.049));

        var asking = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(4));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.Equal((0, 1), (second.Calls, chain["a"].SampleCount));
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

    [Fact]
    public async Task A_late_response_moves_the_request_on()
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", Script.Answer("well"));

        var answer = chain.Client.AskAsync(streaming: false);
        chain.Clock.Advance(TimeSpan.FromSeconds(99));
        Assert.False(answer.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
    }
}
