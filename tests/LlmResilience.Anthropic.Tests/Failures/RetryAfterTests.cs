using Anthropic.Exceptions;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

public class RetryAfterTests
{
    private static readonly FailureClassifierContext Context = new("e", new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData(429, "retry-after-ms: 250\nretry-after: 1", 250)]
    [InlineData(429, "retry-after: 7", 7000)]
    [InlineData(529, "Retry-After: 7", 7000)]
    [InlineData(529, "retry-after: Thu, 01 Jan 2026 00:00:30 GMT", 30000)]
    [InlineData(529, "retry-after: Wed, 31 Dec 2025 23:59:00 GMT", 0)]
    [InlineData(529, "retry-after: soon", null)]
    [InlineData(429, "retry-after: 2\nanthropic-ratelimit-tokens-reset: 2026-01-01T00:01:00Z", 2000)]
    [InlineData(429, "anthropic-ratelimit-requests-reset: 2026-01-01T00:00:05Z\nanthropic-ratelimit-tokens-reset: 2026-01-01T00:01:00Z", 60000)]
    [InlineData(429, "anthropic-ratelimit-requests-reset: 2026-01-01T00:00:05Z\nanthropic-ratelimit-requests-remaining: 0\nanthropic-ratelimit-input-tokens-reset: 2026-01-01T00:01:00Z\nanthropic-ratelimit-input-tokens-remaining: 3000", 5000)]
    [InlineData(429, "anthropic-ratelimit-output-tokens-reset: 2026-01-01T02:00:01.5+02:00", 1500)]
    [InlineData(429, "anthropic-ratelimit-requests-reset: 2025-12-31T23:59:59Z", 0)]
    [InlineData(429, "anthropic-ratelimit-requests-reset: 12", 12000)]
    [InlineData(500, "anthropic-ratelimit-requests-reset: 2026-01-01T00:00:05Z", null)]
    [InlineData(429, "", null)]
    public async Task How_long_to_wait(int status, string headers, int? milliseconds)
    {
        var fields = headers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split(": ", 2)).ToDictionary(h => h[0], h => h[1]);
        await using var server = await Clients.StartAsync(SimulatedFault.Status(status, headers: fields));
        using var client = server.CreateClient();
        foreach (var streaming in (bool[])[true, false])
        {
            var exception = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.AskAsync(streaming));
            Assert.Equal(milliseconds, (int?)AnthropicFailureClassifier.Instance.Classify(exception, Context)?.RetryAfter?.TotalMilliseconds);
        }
    }

    [Fact]
    public async Task Each_of_two_thousand_requests_at_once_has_its_own()
    {
        const int Count = 2000;
        await using var server = await Clients.StartAsync();
        for (var i = 0; i < Count; i++)
        {
            server.Faults.Next(1, SimulatedFault.Status(429, message: $"#{i}#", headers: new Dictionary<string, string> { ["retry-after"] = $"{i}" }));
        }

        using var client = server.CreateClient();
        var exceptions = await Task.WhenAll(Enumerable.Range(0, Count)
            .Select(i => Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.AskAsync(streaming: i % 2 == 0))));

        var seen = exceptions.Select(e =>
        {
            var said = AnthropicFailureClassifier.Instance.Classify(e, Context)!.Value.RetryAfter!.Value.TotalSeconds;
            Assert.Contains($"#{said}#", e.ResponseBody);
            return (int)said;
        });
        Assert.Equal(Enumerable.Range(0, Count), seen.Order());
    }

    [Fact]
    public async Task A_request_does_not_inherit_what_another_was_told()
    {
        await using var server = await Clients.StartAsync();
        using var client = server.CreateClient();
        server.Faults.Next(1, SimulatedFault.Status(429, headers: new Dictionary<string, string> { ["retry-after"] = "9" }));
        server.Faults.Next(1, SimulatedFault.Status(429));

        var first = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.AskAsync(streaming: true));
        var second = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.AskAsync(streaming: true));

        Assert.Equal(9, AnthropicFailureClassifier.Instance.Classify(first, Context)?.RetryAfter?.TotalSeconds);
        Assert.Null(AnthropicFailureClassifier.Instance.Classify(second, Context)?.RetryAfter);
        Assert.Null(FailedResponse.Current);
    }
}
