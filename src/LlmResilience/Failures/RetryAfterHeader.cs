using System.Globalization;
using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>Reads the <c>Retry-After</c> header (RFC 9110, section 10.2.3) and its common relatives.</summary>
public static class RetryAfterHeader
{
    /// <summary>Reads seconds (also with a fraction) or an HTTP date.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="utcNow">The wall clock's time, against which a date is measured.</param>
    /// <param name="retryAfter">How long to wait; zero for a date in the past.</param>
    /// <returns>Whether the value is either.</returns>
    public static bool TryParse(string? value, DateTimeOffset utcNow, out TimeSpan retryAfter)
    {
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds))
        {
            retryAfter = double.IsNaN(seconds) ? default : FromSeconds(seconds);
            return !double.IsNaN(seconds);
        }

        if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            retryAfter = TimeSpan.FromTicks(Math.Max(0, (date - utcNow).Ticks));
            return true;
        }

        retryAfter = default;
        return false;
    }

    /// <summary>Reads milliseconds, as in <c>retry-after-ms</c>.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="retryAfter">How long to wait.</param>
    /// <returns>Whether the value is a number.</returns>
    public static bool TryParseMilliseconds(string? value, out TimeSpan retryAfter)
    {
        var isNumber = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds) && !double.IsNaN(milliseconds);
        retryAfter = isNumber ? FromSeconds(milliseconds / 1000) : default;
        return isNumber;
    }

    // A header may hold any number; TimeSpan.FromSeconds throws on those that do not fit.
    private static TimeSpan FromSeconds(double seconds)
        => seconds >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);
}
