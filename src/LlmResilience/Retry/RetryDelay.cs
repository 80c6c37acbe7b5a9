using LlmResilience.Utilities;

namespace LlmResilience.Retry;

/// <summary>How long to wait before a retry.</summary>
internal static class RetryDelay
{
    /// <summary>Exponential backoff of which the upper half is drawn by chance, so that requests that failed together do not return together ("equal jitter").</summary>
    public static TimeSpan Draw(EndpointRetryOptions options, int retries)
    {
        var full = Math.Min(options.MaxDelay.Ticks, options.Delay.Ticks * Math.Pow(2, retries));
        return TimeSpan.FromTicks((long)(full * (0.5 + (Random.Shared.NextDouble() / 2))));
    }
}
