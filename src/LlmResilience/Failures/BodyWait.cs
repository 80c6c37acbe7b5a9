using System.Text.Json;

namespace LlmResilience.Failures;

/// <summary>Reads the fields of an error that say how long to wait.</summary>
internal static class BodyWait
{
    // Google's RetryInfo; the rest are the names that relays and smaller servers use.
    private static readonly string[] Durations = ["retryDelay", "retry_after", "retryAfter", "retry-after", "retry_after_seconds", "retryAfterSeconds", "resets_in_seconds", "estimated_time"];
    private static readonly string[] Milliseconds = ["retry_after_ms", "retryAfterMs", "retry-after-ms"];
    private static readonly string[] Instants = ["resets_at", "reset_at", "resetsAt", "resetAt"];

    public static TimeSpan? Read(JsonElement element, DateTimeOffset utcNow)
        => Find(element, Milliseconds, value => RetryAfterHeader.TryParseMilliseconds(value, out var wait) ? wait : null)
            ?? Find(element, Durations, GoDuration.Parse)
            ?? Find(element, Instants, value => HeaderWait.ParseReset(value, utcNow));

    private static TimeSpan? Find(JsonElement element, string[] names, Func<string, TimeSpan?> parse)
    {
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out var value) && parse(value.ToString()) is { } wait)
            {
                return wait;
            }
        }

        return null;
    }
}
