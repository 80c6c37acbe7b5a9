using System.Globalization;
using System.Net.Http.Headers;

namespace LlmResilience.Anthropic;

/// <summary>Reads <c>anthropic-ratelimit-*-remaining</c> and <c>anthropic-ratelimit-*-reset</c>, of which there is a pair for each limit.</summary>
internal static class RateLimitHeaders
{
    private const string Prefix = "anthropic-ratelimit-";
    private const string Reset = "-reset";
    private const string Remaining = "-remaining";

    /// <summary>The latest reset among the limits that are used up.</summary>
    public static DateTimeOffset? ReadReset(HttpResponseHeaders headers)
    {
        DateTimeOffset? latest = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            // A limit with something remaining did not cause the 429, or not for as long as it takes to fill up again.
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(Reset, StringComparison.OrdinalIgnoreCase)
                && IsUsedUp(headers, name[..^Reset.Length] + Remaining)
                && Parse(values.ToString()) is { } reset && !(reset <= latest))
            {
                latest = reset;
            }
        }

        return latest;
    }

    private static bool IsUsedUp(HttpResponseHeaders headers, string name)
        => !headers.NonValidated.TryGetValues(name, out var values) || string.Equals(values.ToString(), "0", StringComparison.Ordinal);

    // RFC 3339 only: a lenient parser takes a plain number for a date as well.
    private static DateTimeOffset? Parse(string value)
        => DateTimeOffset.TryParseExact(value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
