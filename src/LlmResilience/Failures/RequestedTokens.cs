using System.Globalization;

namespace LlmResilience.Failures;

/// <summary>Reads "Limit 6000, Requested 12328" and the like.</summary>
internal static class RequestedTokens
{
    public static bool ExceedLimit(string text)
        => NumberBehind(text, "limit ", 0, out var limit, out var end) && NumberBehind(text, "requested ", end, out var requested, out _) && requested > limit;

    private static bool NumberBehind(string text, string word, int from, out long number, out int end)
    {
        for (var at = text.IndexOf(word, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            end = at + word.Length;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] == ',' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
            {
                end++;
            }

            if (long.TryParse(text.AsSpan(at + word.Length, end - at - word.Length), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number))
            {
                return true;
            }
        }

        number = 0;
        end = 0;
        return false;
    }
}
