using Anthropic.Exceptions;

namespace LlmResilience.Anthropic;

/// <summary>How long the response behind an exception asks to be left alone.</summary>
internal static class FailedResponseWait
{
    public static TimeSpan? Read(AnthropicApiException exception, TimeProvider timeProvider)
    {
        if (FailedResponse.Of(exception) is not { } response)
        {
            return null;
        }

        var utcNow = timeProvider.GetUtcNow();
        if (RetryAfterHeader.TryParseMilliseconds(response.RetryAfterMilliseconds, out var retryAfter)
            || RetryAfterHeader.TryParse(response.RetryAfter, utcNow, out retryAfter))
        {
            return retryAfter;
        }

        return (int)exception.StatusCode == 429 && response.RateLimitReset is { } reset ? Until(reset, utcNow) : null;
    }

    private static TimeSpan Until(DateTimeOffset reset, DateTimeOffset utcNow) => reset > utcNow ? reset - utcNow : TimeSpan.Zero;
}
