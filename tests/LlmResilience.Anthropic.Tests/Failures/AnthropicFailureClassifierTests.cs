using Anthropic.Exceptions;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

public class AnthropicFailureClassifierTests
{
    private static readonly FailureClassifierContext Context = new("e", new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData(529, "overloaded_error", null, FailureKind.Overloaded)]
    [InlineData(500, "overloaded_error", null, FailureKind.Overloaded)]
    [InlineData(503, "api_error", null, FailureKind.Overloaded)]
    [InlineData(500, "api_error", null, FailureKind.ServerError)]
    [InlineData(504, "timeout_error", null, FailureKind.ServerError)]
    [InlineData(409, "conflict_error", null, FailureKind.ServerError)]
    [InlineData(429, "rate_limit_error", null, FailureKind.RateLimited)]
    [InlineData(429, "insufficient_quota", null, FailureKind.QuotaExhausted)]
    [InlineData(401, "authentication_error", null, FailureKind.Unauthorized)]
    [InlineData(403, "permission_error", null, FailureKind.Unauthorized)]
    [InlineData(402, "billing_error", null, FailureKind.QuotaExhausted)]
    [InlineData(403, "billing_error", null, FailureKind.QuotaExhausted)]
    [InlineData(404, "not_found_error", "model: claude-0", FailureKind.NotFound)]
    [InlineData(413, "request_too_large", null, FailureKind.ContextLengthExceeded)]
    [InlineData(400, "invalid_request_error", "messages: Field required", FailureKind.InvalidRequest)]
    [InlineData(400, "invalid_request_error", "prompt is too long: 200251 tokens > 200000 maximum", FailureKind.ContextLengthExceeded)]
    [InlineData(400, "invalid_request_error", "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000", FailureKind.ContextLengthExceeded)]
    [InlineData(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", FailureKind.QuotaExhausted)]
    [InlineData(400, "invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2026-02-01 at 00:00 UTC.", FailureKind.QuotaExhausted)]
    [InlineData(400, "invalid_request_error", "Output blocked by content filtering policy", FailureKind.ContentFiltered)]
    [InlineData(400, "invalid_request_error", "This organization has been disabled.", FailureKind.Unauthorized)]
    [InlineData(422, "odd_error", null, FailureKind.InvalidRequest)]
    public async Task By_status_type_and_message(int status, string type, string? message, FailureKind expected)
    {
        await using var server = await Clients.StartAsync(SimulatedFault.Status(status, type, message));
        foreach (var streaming in (bool[])[true, false])
        {
            var failure = AnthropicFailureClassifier.Instance.Classify(await FailAsync<AnthropicApiException>(server, streaming), Context)!.Value;
            Assert.Equal((expected, status, type), (failure.Kind, failure.StatusCode, failure.ErrorCode));
        }
    }

    [Theory]
    [InlineData("overloaded_error", null, FailureKind.Overloaded)]
    [InlineData("rate_limit_error", null, FailureKind.RateLimited)]
    [InlineData("api_error", null, FailureKind.ServerError)]
    [InlineData("timeout_error", null, FailureKind.ServerError)]
    [InlineData("never_heard_of", null, FailureKind.ServerError)]
    [InlineData("invalid_request_error", null, FailureKind.InvalidRequest)]
    [InlineData("invalid_request_error", "prompt is too long: 2 tokens > 1 maximum", FailureKind.ContextLengthExceeded)]
    public async Task An_event_in_a_stream(string type, string? message, FailureKind expected)
    {
        await using var server = await Clients.StartAsync(SimulatedFault.ErrorEventAfter(0, type, message ?? "Simulated error."));
        var failure = AnthropicFailureClassifier.Instance.Classify(await FailAsync<AnthropicSseException>(server, streaming: true), Context)!.Value;
        Assert.Equal((expected, null, type), (failure.Kind, failure.StatusCode, failure.ErrorCode));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", FailureKind.Overloaded)]
    [InlineData("""{"error":{"type":"rate_limit_error","message":"Slow down"}}""", FailureKind.RateLimited)]
    [InlineData("""{"error":{"code":"odd"}}""", FailureKind.ServerError)]
    [InlineData("""{"error":"boom"}""", FailureKind.ServerError)]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 2 tokens > 1 maximum"}}""", FailureKind.ContextLengthExceeded)]
    public async Task An_error_in_a_whole_response_of_status_200(string body, FailureKind expected)
    {
        await using var server = await Clients.StartAsync(SimulatedFault.CustomResponse(200, body, "application/json"));
        Assert.Equal(expected, AnthropicFailureClassifier.Instance.Classify(await FailAsync<AnthropicApiException>(server, streaming: false), Context)!.Value.Kind);
    }

    [Fact]
    public async Task An_answer_that_speaks_of_errors_is_an_answer()
    {
        await using var server = await Clients.StartAsync(answer: new() { ToolCalls = [new("t1", "report", """{"error":{"type":"overloaded_error"}}""")] });
        using var client = server.CreateClient();
        Assert.Single((await client.GetResponseAsync("Hi")).Messages[0].Contents.OfType<FunctionCallContent>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":{"type":7,"message":[],"details":3}}""")]
    [InlineData("""{"error":"boom"}""")]
    public void Any_body(string body)
    {
        var failure = Classify(AnthropicExceptionFactory.CreateApiException((System.Net.HttpStatusCode)502, body))!.Value;
        Assert.Equal((FailureKind.ServerError, 502, null), (failure.Kind, failure.StatusCode, failure.ErrorCode));
    }

    [Fact]
    public void The_code_that_names_the_cause_is_kept()
    {
        var exception = AnthropicExceptionFactory.CreateApiException(
            System.Net.HttpStatusCode.Forbidden, """{"type":"error","error":{"type":"permission_error","message":"m","details":{"error_code":"model_not_enabled"}}}""");
        Assert.Equal((FailureKind.Unauthorized, "model_not_enabled"), (Classify(exception)!.Value.Kind, Classify(exception)!.Value.ErrorCode));
    }

    [Fact]
    public void Without_a_response()
    {
        Assert.Equal(FailureKind.InvalidResponse, Classify(new AnthropicInvalidDataException("m"))?.Kind);
        Assert.Equal(FailureKind.ConnectionFailed, Classify(new AnthropicIOException("m"))?.Kind);
        Assert.Equal(FailureKind.ServerError, Classify(new AnthropicSseException("m"))?.Kind);

        // What the core knows itself.
        Assert.Null(Classify(new AnthropicIOException("m", new HttpRequestException())));
        Assert.Null(Classify(new AnthropicException("m")));
        Assert.Null(Classify(new HttpRequestException()));
    }

    private static Failure? Classify(Exception exception) => AnthropicFailureClassifier.Instance.Classify(exception, Context);

    private static async Task<T> FailAsync<T>(SimulatedAnthropicServer server, bool streaming)
        where T : Exception
    {
        using var client = server.CreateClient();
        return await Assert.ThrowsAnyAsync<T>(() => client.AskAsync(streaming));
    }
}
