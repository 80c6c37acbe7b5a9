using System.ClientModel;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

public class OpenAIFailureClassifierTests
{
    private static readonly FailureClassifierContext Context = new("e", new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData(500, "{}", FailureKind.ServerError)]
    [InlineData(502, "<html>", FailureKind.ServerError)]
    [InlineData(503, "", FailureKind.Overloaded)]
    [InlineData(529, "", FailureKind.Overloaded)]
    [InlineData(408, "", FailureKind.ServerError)]
    [InlineData(409, "", FailureKind.ServerError)]
    [InlineData(429, """{"error":{"code":"rate_limit_exceeded"}}""", FailureKind.RateLimited)]
    [InlineData(429, """{"error":{"code":"insufficient_quota"}}""", FailureKind.QuotaExhausted)]
    [InlineData(429, """{"error":{"type":"insufficient_quota","code":null}}""", FailureKind.QuotaExhausted)]
    [InlineData(429, """{"error":{"type":"insufficient_quota","code":429}}""", FailureKind.QuotaExhausted)]
    [InlineData(402, """{"error":{"message":"Insufficient Balance"}}""", FailureKind.QuotaExhausted)]
    [InlineData(400, """{"error":{"code":"billing_hard_limit_reached"}}""", FailureKind.QuotaExhausted)]
    [InlineData(401, """{"error":{"code":"invalid_api_key"}}""", FailureKind.Unauthorized)]
    [InlineData(403, "", FailureKind.Unauthorized)]
    [InlineData(404, """{"error":{"code":"model_not_found"}}""", FailureKind.NotFound)]
    [InlineData(400, """{"error":{"code":"context_length_exceeded"}}""", FailureKind.ContextLengthExceeded)]
    [InlineData(400, """{"object":"error","message":"This model's maximum context length is 8192 tokens","type":"BadRequestError","code":400}""", FailureKind.ContextLengthExceeded)]
    [InlineData(400, """{"error":{"code":"content_filter"}}""", FailureKind.ContentFiltered)]
    [InlineData(400, """{"error":{"code":"invalid_value"}}""", FailureKind.InvalidRequest)]
    [InlineData(422, """["odd"]""", FailureKind.InvalidRequest)]
    public async Task By_status_and_code(int status, string body, FailureKind expected)
    {
        var failure = await ClassifyAsync(status, body);
        Assert.Equal((expected, status), (failure.Kind, failure.StatusCode));
    }

    [Theory]
    [InlineData("""{"error":{"code":"c","type":"t"}}""", "c")]
    [InlineData("""{"error":{"code":null,"type":"t"}}""", "t")]
    [InlineData("""{"error":{"code":42}}""", "42")]
    [InlineData("oops", null)]
    public async Task The_providers_code_is_kept(string body, string? expected)
        => Assert.Equal(expected, (await ClassifyAsync(400, body)).ErrorCode);

    [Theory]
    [InlineData(429, "retry-after-ms: 250\nRetry-After: 1", 250)]
    [InlineData(429, "Retry-After: 7", 7000)]
    [InlineData(503, "Retry-After: 7", 7000)]
    [InlineData(503, "Retry-After: Thu, 01 Jan 2026 00:00:30 GMT", 30000)]
    [InlineData(503, "Retry-After: Wed, 31 Dec 2025 23:59:00 GMT", 0)]
    [InlineData(503, "Retry-After: soon", null)]
    [InlineData(429, "x-ratelimit-reset-requests: 1s\nx-ratelimit-reset-tokens: 6m0s", 360000)]
    [InlineData(429, "x-ratelimit-reset-requests: 8s\nx-ratelimit-reset-tokens: 1s", 8000)]
    [InlineData(429, "x-ratelimit-reset-requests: 8s", 8000)]
    [InlineData(429, "x-ratelimit-reset-tokens: 20ms", 20)]
    [InlineData(429, "x-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 2s\nx-ratelimit-remaining-tokens: 50\nx-ratelimit-reset-tokens: 1m0s", 2000)]
    [InlineData(429, "x-ratelimit-remaining-requests: 9\nx-ratelimit-reset-requests: 2m\nx-ratelimit-remaining-tokens: 0\nx-ratelimit-reset-tokens: 3s", 3000)]
    [InlineData(429, "x-ratelimit-remaining-requests: 9\nx-ratelimit-reset-requests: 2m", null)]
    [InlineData(500, "x-ratelimit-reset-requests: 1s", null)]
    [InlineData(429, "", null)]
    public async Task How_long_to_wait(int status, string headers, int? milliseconds)
    {
        var failure = await ClassifyAsync(status, "{}", headers.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(milliseconds, (int?)failure.RetryAfter?.TotalMilliseconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_response_the_core_looks_inside(bool streaming)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new Uri($"http://{listener.LocalEndpoint}/v1");
        listener.Stop();
        using var client = OpenAIClientFactory.Create(new() { BaseAddress = endpoint, ApiKey = "k", ModelId = "m" }, services: null);

        var exception = await Record.ExceptionAsync(async () =>
        {
            _ = streaming ? (object)await client.GetStreamingResponseAsync("Hi").ToListAsync() : await client.GetResponseAsync("Hi");
        });

        Assert.Null(OpenAIFailureClassifier.Instance.Classify(exception!, Context));
        Assert.IsType<HttpRequestException>(Assert.IsType<ClientResultException>(exception).InnerException);
    }

    [Fact]
    public void What_it_does_not_know()
    {
        var classifier = OpenAIFailureClassifier.Instance;
        Assert.Null(classifier.Classify(new InvalidOperationException(), Context));
        Assert.Null(classifier.Classify(new ClientResultException("x", response: null), Context));
    }

    private static async Task<Failure> ClassifyAsync(int status, string body, params string[] headers)
    {
        await using var server = LoopbackServer.Json(body, status, headers);
        using var client = server.CreateClient();
        var exception = await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync("Hi"));
        return OpenAIFailureClassifier.Instance.Classify(exception, Context)!.Value;
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
