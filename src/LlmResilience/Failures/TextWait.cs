using System.Globalization;

namespace LlmResilience.Failures;

/// <summary>Reads phrases that say how long to wait, such as "try again in 6m3.2s" and "retry after 33 seconds".</summary>
internal static class TextWait
{
    /// <summary>The words before the wait.</summary>
    public static IReadOnlyList<string> Phrases { get; } =
    [
        "try again in ", "try again after ", "retry in ", "retry after ", "retrying in ", "retry-after: ", "retry_after: ", "please wait ", "wait for ", "available in ",
        "resets in ", "reset in ", "reset after ", "请在", "请于", "请等待",
    ];

    private static readonly string[] InstantPhrases = ["reset at ", "resets at "];
    private static readonly string[] Fillers = ["about ", "approximately ", "another ", "at least ", "for ", " "];

    public static TimeSpan? Read(SpokenText text, DateTimeOffset utcNow)
    {
        foreach (var phrase in Phrases)
        {
            for (var at = text.Strict.IndexOf(phrase, StringComparison.Ordinal); at >= 0; at = text.Strict.IndexOf(phrase, at + 1, StringComparison.Ordinal))
            {
                if (ParseDuration(text.Strict.AsSpan(at + phrase.Length)) is { } wait)
                {
                    return wait;
                }
            }
        }

        return ReadInstant(text.Strict, utcNow);
    }

    // Only with a zone or an offset: a bare time of day is of a place that we do not know.
    private static TimeSpan? ReadInstant(string text, DateTimeOffset utcNow)
    {
        foreach (var phrase in InstantPhrases)
        {
            if (text.IndexOf(phrase, StringComparison.Ordinal) is >= 0 and var at)
            {
                var value = text[(at + phrase.Length)..].Split([' ', ',', ')'], 2)[0].TrimEnd('.').ToUpperInvariant();
                if (value.Contains('T', StringComparison.Ordinal) && value[^1] is 'Z' or (>= '0' and <= '9') && RetryAfterHeader.TryParse(value, utcNow, out var wait))
                {
                    return wait;
                }
            }
        }

        return null;
    }

    private static TimeSpan? ParseDuration(ReadOnlySpan<char> text)
    {
        foreach (var filler in Fillers)
        {
            if (text.StartsWith(filler, StringComparison.Ordinal))
            {
                text = text[filler.Length..];
            }
        }

        double? seconds = null;
        while (TakeNumber(ref text, out var amount) && TakeUnit(ref text, isFirst: seconds is null, out var factor))
        {
            seconds = (seconds ?? 0) + (amount * factor);
            text = text.TrimStart(" ,");
            if (text.StartsWith("and ", StringComparison.Ordinal))
            {
                text = text[4..];
            }
        }

        return seconds is { } total ? TimeSpan.FromSeconds(Math.Min(total, TimeSpan.FromDays(3650).TotalSeconds)) : null;
    }

    private static bool TakeNumber(ref ReadOnlySpan<char> text, out double amount)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || (text[length] == '.' && length + 1 < text.Length && char.IsAsciiDigit(text[length + 1]))))
        {
            length++;
        }

        var isNumber = double.TryParse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);
        text = text[length..];
        return isNumber;
    }

    private static bool TakeUnit(ref ReadOnlySpan<char> text, bool isFirst, out double seconds)
    {
        text = text.TrimStart(' ');
        var length = 0;
        while (length < text.Length && char.IsLetter(text[length]) && (char.IsAscii(text[length]) || length < 2))
        {
            length++;
        }

        seconds = SecondsOf(text[..length], isFirst);
        text = text[(seconds > 0 ? length : 0)..];
        return seconds > 0;
    }

    private static double SecondsOf(ReadOnlySpan<char> unit, bool isFirst) => unit switch
    {
        "ms" or "millisecond" or "milliseconds" => 1e-3,
        "s" or "sec" or "secs" or "second" or "seconds" or "秒" or "秒后" or "秒钟" => 1,
        "m" or "min" or "mins" or "minute" or "minutes" or "分" or "分钟" => 60,
        "h" or "hr" or "hrs" or "hour" or "hours" or "小时" => 3600,
        "d" or "day" or "days" => 86400,

        // A number alone, as in "retry after 30.".
        "" when isFirst => 1,
        _ => 0,
    };
}
