using System.Buffers;
using System.Globalization;

namespace LlmResilience.Failures;

/// <summary>Parses durations as Go prints them, such as <c>1h2m3.5s</c> or <c>250ms</c>: the format of many rate limit headers.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>The time span, or <see langword="null"/> if the value is not a duration. A bare number is seconds, as Azure sends it.</summary>
    public static TimeSpan? Parse(string? value)
    {
        var rest = value.AsSpan().Trim();
        if (rest.IsEmpty)
        {
            return null;
        }

        var seconds = 0d;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            var number = digits < 0 ? rest : rest[..digits];
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return null;
            }

            rest = rest[number.Length..];
            var letters = rest.IndexOfAny(Digits);
            var unit = letters < 0 ? rest : rest[..letters];
            if (SecondsOf(unit) is not { } factor)
            {
                return null;
            }

            seconds += amount * factor;
            rest = rest[unit.Length..];
        }

        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "d" => 86400,
        "h" => 3600,
        "m" => 60,
        "s" or "" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
