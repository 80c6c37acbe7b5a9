using System.Globalization;

namespace LlmResilience.Failures;

/// <summary>Reads the headers that say how long to wait.</summary>
internal static class HeaderWait
{
    // The most exact one first.
    private static readonly string[] Milliseconds = ["retry-after-ms", "x-ms-retry-after-ms"];

    // A number from here on counts the seconds, or the milliseconds, since 1970 and not from now.
    private const double FirstInstant = 1e9;
    private const double FirstInstantInMilliseconds = 1e11;

    /// <summary>What a header says outright.</summary>
    public static TimeSpan? ReadRetryAfter(IEnumerable<KeyValuePair<string, string>> headers, DateTimeOffset utcNow)
    {
        foreach (var name in Milliseconds)
        {
            if (RetryAfterHeader.TryParseMilliseconds(Get(headers, name), out var exact))
            {
                return exact;
            }
        }

        var value = Get(headers, "Retry-After");
        return RetryAfterHeader.TryParse(value, utcNow, out var wait) ? wait : GoDuration.Parse(value);
    }

    /// <summary>
    /// When the limits that are used up have room again: the latest of them. A limit with something remaining did not cause the failure,
    /// or not for as long as it takes to fill up again.
    /// </summary>
    public static TimeSpan? ReadReset(IEnumerable<KeyValuePair<string, string>> headers, DateTimeOffset utcNow)
    {
        TimeSpan? latest = null;
        foreach (var (name, value) in headers)
        {
            if (IsReset(name) && IsUsedUp(Get(headers, name.Replace("reset", "remaining", StringComparison.OrdinalIgnoreCase)))
                && ParseReset(value, utcNow) is { } wait && !(wait <= latest))
            {
                latest = wait;
            }
        }

        return latest;
    }

    /// <summary>A duration, a date, or an instant as the seconds or milliseconds since 1970.</summary>
    public static TimeSpan? ParseReset(string value, DateTimeOffset utcNow)
    {
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= FirstInstant and < FirstInstantInMilliseconds * 1000)
        {
            var seconds = number >= FirstInstantInMilliseconds ? number / 1000 : number;
            return Until(DateTimeOffset.UnixEpoch.AddSeconds(seconds), utcNow);
        }

        return GoDuration.Parse(value) ?? (RetryAfterHeader.TryParse(value, utcNow, out var wait) ? wait : null);
    }

    private static TimeSpan Until(DateTimeOffset instant, DateTimeOffset utcNow) => instant > utcNow ? instant - utcNow : TimeSpan.Zero;

    private static bool IsReset(string name)
        => name.Contains("ratelimit", StringComparison.OrdinalIgnoreCase) && name.Contains("reset", StringComparison.OrdinalIgnoreCase);

    private static bool IsUsedUp(string? remaining)
        => remaining is null || (double.TryParse(remaining, NumberStyles.Float, CultureInfo.InvariantCulture, out var left) && left <= 0);

    private static string? Get(IEnumerable<KeyValuePair<string, string>> headers, string name)
    {
        foreach (var (key, value) in headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
