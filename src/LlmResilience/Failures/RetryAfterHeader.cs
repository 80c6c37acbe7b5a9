using System.Globalization;

namespace LlmResilience;

/// <summary>Reads the <c>Retry-After</c> header (RFC 9110, section 10.2.3) and its common relatives.</summary>
public static class RetryAfter
{
    /// <summary>Parses seconds (also with a fraction) or an HTTP date.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="utcNow">The wall clock's time, against which a date is measured.</param>
    /// <returns>The time span, zero for a date in the past; <see langword="null"/> if the value is neither.</returns>
    public static TimeSpan? Parse(string? value, DateTimeOffset utcNow)
    {
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds))
        {
            return FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? TimeSpan.FromTicks(Math.Max(0, (date - utcNow).Ticks))
            : null;
    }

    /// <summary>Parses milliseconds, as in <c>retry-after-ms</c>.</summary>
    /// <param name="value">The header's value.</param>
    /// <returns>The time span, or <see langword="null"/> if the value is not a number.</returns>
    public static TimeSpan? ParseMilliseconds(string? value)
        => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds)
            ? FromSeconds(milliseconds / 1000)
            : null;

    // A header may hold any number; TimeSpan.FromSeconds throws on those that do not fit.
    private static TimeSpan FromSeconds(double seconds)
        => seconds >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);
}
