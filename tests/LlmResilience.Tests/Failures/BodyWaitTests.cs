using System.Text.Json;
using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>Which field of an error says how long to wait, and in what.</summary>
public sealed class BodyWaitTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_777_896_000);

    [Theory]
    [InlineData("""{"retryDelay":"9s"}""")]
    [InlineData("""{"retry_after":9}""")]
    [InlineData("""{"retryAfter":9}""")]
    [InlineData("""{"retry-after":"9"}""")]
    [InlineData("""{"retry_after_seconds":9}""")]
    [InlineData("""{"retryAfterSeconds":9}""")]
    [InlineData("""{"resets_in_seconds":9}""")]
    [InlineData("""{"estimated_time":9.0}""")]
    [InlineData("""{"retry_after_ms":9000}""")]
    [InlineData("""{"retryAfterMs":9000}""")]
    [InlineData("""{"retry-after-ms":"9000"}""")]
    [InlineData("""{"resets_at":1777896009}""")]
    [InlineData("""{"reset_at":1777896009000}""")]
    [InlineData("""{"resetsAt":"2026-05-04T12:00:09Z"}""")]
    [InlineData("""{"resetAt":"1777896009"}""")]
    public void Every_name_that_servers_give_it_is_known(string body) => Assert.Equal(TimeSpan.FromSeconds(9), Read(body));

    [Theory]
    [InlineData("""{"retry_after":5,"retry_after_ms":1500}""", 1.5)]
    [InlineData("""{"resets_at":1777896009,"retry_after":5}""", 5d)]
    [InlineData("""{"retry_after":"soon","retryAfter":6}""", 6d)]
    [InlineData("""{"retry_after_ms":"soon","retry_after":6}""", 6d)]
    [InlineData("""{"retry_after":{"seconds":5}}""", null)]
    [InlineData("""{"retry_after":null}""", null)]
    [InlineData("""{"after":5}""", null)]
    public void The_most_exact_field_that_can_be_read_counts(string body, double? seconds) => Assert.Equal(seconds, Read(body)?.TotalSeconds);

    private static TimeSpan? Read(string body)
    {
        using var document = JsonDocument.Parse(body);
        return BodyWait.Read(document.RootElement, Now);
    }
}
