using System.ClientModel.Primitives;

namespace LlmResilience.OpenAI;

/// <summary>Reads how long a response asks to be left alone.</summary>
internal static class RetryAfterHeaders
{
    public static TimeSpan? Read(PipelineResponseHeaders headers, int status, DateTimeOffset utcNow)
    {
        if (RetryAfterHeader.TryParseMilliseconds(Get(headers, "retry-after-ms"), out var retryAfter)
            || RetryAfterHeader.TryParse(Get(headers, "Retry-After"), utcNow, out retryAfter))
        {
            return retryAfter;
        }

        return status == 429 ? ReadRateLimits(headers) : null;
    }

    private static TimeSpan? ReadRateLimits(PipelineResponseHeaders headers)
    {
        var requests = ReadRateLimit(headers, "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
        var tokens = ReadRateLimit(headers, "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
        return requests is null || tokens > requests ? tokens : requests;
    }

    // A limit with something remaining did not cause the 429, or not for as long as it takes to fill up again.
    private static TimeSpan? ReadRateLimit(PipelineResponseHeaders headers, string remaining, string reset)
        => Get(headers, remaining) is null or "0" ? GoDuration.Parse(Get(headers, reset)) : null;

    private static string? Get(PipelineResponseHeaders headers, string name)
        => headers.TryGetValue(name, out var value) ? value : null;
}
