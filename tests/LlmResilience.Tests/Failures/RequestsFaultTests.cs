using System.Text.Json;
using LlmResilience.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Failures;

/// <summary>What one request brought about, told inside its answer, takes the endpoint away from nobody.</summary>
public sealed class RequestsFaultTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("content_filter", FailureKind.ContentFiltered, 0)]
    [InlineData("context_length_exceeded", FailureKind.ContextLengthExceeded, 0)]
    [InlineData("unsupported_value", FailureKind.NotSupported, 0)]
    [InlineData("invalid_request_error", FailureKind.InvalidRequest, 0)]
    [InlineData("insufficient_quota", FailureKind.StreamInterrupted, 0.5)]
    [InlineData("server_error", FailureKind.StreamInterrupted, 0.5)]
    public async Task After_the_first_token_an_error_is_what_its_code_names_if_the_prompt_brought_it_about(string code, FailureKind kind, double failureRatio)
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("Once upon").Update(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("secret") { ErrorCode = code }])));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        var interrupted = Assert.IsType<StreamInterruptedException>(exception);
        Assert.Equal((kind, "Once upon"), (interrupted.Kind, interrupted.PartialText));
        Assert.Equal(code, Assert.IsType<UnusableResponseException>(interrupted.InnerException).ErrorCode);
        Assert.Equal("Once upon", string.Concat(updates.Select(update => update.Text)));
        Assert.Equal((failureRatio, null), (chain["a"].FailureRatio, chain["a"].CoolDownUntil));
        Assert.DoesNotContain("secret", interrupted.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureKind.ContentFiltered, FailureKind.ContentFiltered)]
    [InlineData(FailureKind.Unauthorized, FailureKind.StreamInterrupted)]
    public async Task After_the_first_token_a_clients_exception_is_inside_the_one_with_the_text(FailureKind thrown, FailureKind kind)
    {
        var original = new Refusal(thrown);
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(new Script().Text("Once upon").ThenThrow(original)), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()));

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        var interrupted = Assert.IsType<StreamInterruptedException>(exception);
        Assert.Equal((kind, "Once upon"), (interrupted.Kind, interrupted.PartialText));
        Assert.Same(original, interrupted.InnerException);
        Assert.Equal(kind, Assert.Single(interrupted.Attempts).Kind);
        Assert.Null(chain["a"].CoolDownUntil);
    }

    [Fact]
    public async Task After_the_first_token_an_exception_of_the_client_itself_is_an_interruption()
    {
        using var chain = new TestChain().Endpoint("a", new Script().Text("Once upon").ThenThrow(new ArgumentException("x")));

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(FailureKind.StreamInterrupted, Assert.IsType<StreamInterruptedException>(exception).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_the_request_named_is_missing_for_that_request_alone(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new Refusal(FailureKind.NotFound)), Script.Answer("well")), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()));

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming, options: new() { ModelId = "none" }));

        Assert.Null(chain["a"].CoolDownUntil);
        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task A_quota_that_says_when_it_returns_cools_down_that_long()
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new Refusal(FailureKind.QuotaExhausted, 12))), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()));

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        Assert.Equal(chain.Clock.GetUtcNow().AddSeconds(12), chain["a"].CoolDownUntil);
    }

    [Fact]
    public void An_error_that_keeps_its_JSON_tells_how_long_to_wait()
    {
        using var json = JsonDocument.Parse("""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"9s"}]}}""");

        var failure = InBandErrors.Classify(new ErrorContent("x") { ErrorCode = "429", RawRepresentation = json.RootElement.Clone() }, Now);

        Assert.Equal((FailureKind.RateLimited, TimeSpan.FromSeconds(9)), (failure.Kind, failure.RetryAfter));
    }
}
