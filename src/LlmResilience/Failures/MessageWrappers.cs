using System.Globalization;

namespace LlmResilience.Failures;

/// <summary>What relays put before the message of the provider behind them.</summary>
internal static class MessageWrappers
{
    private const int MostWrappers = 8;
    private const int LongestWrapper = 64;

    /// <summary>Takes them off, and keeps the names of exceptions, which say as much as a type does.</summary>
    /// <param name="text">The message, in lower case.</param>
    /// <param name="names">Gets the names.</param>
    public static string Remove(string text, List<string> names)
    {
        for (var i = 0; i < MostWrappers; i++)
        {
            text = text.TrimStart();
            var length = LengthOf(text);
            if (length == 0)
            {
                break;
            }

            names.Add(text[..length].TrimEnd(' ', ':', '-', ','));
            text = text[length..];
        }

        return text;
    }

    /// <summary>
    /// How long the wrapper is: <c>litellm.BadRequestError: </c>, <c>OpenAIException - </c>, <c>&lt;400> </c>, <c>Error code: 400 - </c>,
    /// <c>400: </c>, <c>InternalError.Algo.InvalidParameter: </c>, <c>Upstream error from X: </c>.
    /// </summary>
    private static int LengthOf(string text)
    {
        if (text is ['<', _, _, _, '>', ' ', ..])
        {
            return 6;
        }

        var head = text.AsSpan(0, Math.Min(text.Length, LongestWrapper));
        var (colon, dash, comma) = (head.IndexOf(": "), head.IndexOf(" - "), head.IndexOf(", "));
        if (comma >= 0 && (colon < 0 || comma < colon) && head[..comma].EndsWith("authentication error", StringComparison.Ordinal))
        {
            return comma + 2;
        }

        if (dash >= 0 && (colon < 0 || dash < colon || head.StartsWith("error code: ", StringComparison.Ordinal)))
        {
            return IsWrapper(head[..dash]) ? dash + 3 : 0;
        }

        return colon >= 0 && IsWrapper(head[..colon]) ? colon + 2 : 0;
    }

    private static bool IsWrapper(ReadOnlySpan<char> head)
    {
        if (head.StartsWith("upstream error from ", StringComparison.Ordinal) || head.StartsWith("internalerror.", StringComparison.Ordinal)
            || head.StartsWith("error code: ", StringComparison.Ordinal) || head.SequenceEqual("upstream error") || head.SequenceEqual("api error"))
        {
            return true;
        }

        var isName = !head.Contains(' ') && (head.EndsWith("error", StringComparison.Ordinal) || head.EndsWith("exception", StringComparison.Ordinal));
        return isName || (head.Length == 3 && int.TryParse(head, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }
}
