namespace LlmResilience.Failures;

/// <summary>A phrase with gaps, looked for in time linear in the text.</summary>
internal sealed class Phrase
{
    private const int LongestGap = 160;
    private const string Anything = "<*>";
    private const string Number = "<n>";
    private const string Quotation = "<q>";

    private readonly bool _beginsAnyhow;
    private readonly (string Gap, string Words)[] _parts;

    public Phrase(string pattern)
    {
        _beginsAnyhow = pattern.StartsWith(Anything, StringComparison.Ordinal);
        _parts = Split(_beginsAnyhow ? pattern[Anything.Length..] : pattern);
    }

    public bool IsIn(string text) => Find(text, beginsSentence: false);

    /// <summary>The same at the beginning of a sentence; a phrase that begins with a gap has its beginning anywhere.</summary>
    public bool BeginsSentence(string text) => Find(text, beginsSentence: !_beginsAnyhow);

    private static (string Gap, string Words)[] Split(string pattern)
    {
        var parts = new List<(string, string)>();
        var gap = "";
        while (true)
        {
            var end = NextGap(pattern);
            parts.Add((gap, end < 0 ? pattern : pattern[..end]));
            if (end < 0)
            {
                return [.. parts];
            }

            gap = pattern.Substring(end, Number.Length);
            pattern = pattern[(end + Number.Length)..];
        }
    }

    private static int NextGap(string pattern)
    {
        var gaps = new[] { Anything, Number, Quotation }.Select(gap => pattern.IndexOf(gap, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
        return gaps.Count == 0 ? -1 : gaps.Min();
    }

    private bool Find(ReadOnlySpan<char> text, bool beginsSentence)
    {
        var first = _parts[0].Words;
        for (var from = 0; from <= text.Length - first.Length;)
        {
            var found = text[from..].IndexOf(first, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            var start = from + found;
            if ((!beginsSentence || IsSentenceStart(text, start)) && MatchesRest(text[(start + first.Length)..]))
            {
                return true;
            }

            from = start + 1;
        }

        return false;
    }

    private bool MatchesRest(ReadOnlySpan<char> rest)
    {
        for (var i = 1; i < _parts.Length; i++)
        {
            var (gap, words) = _parts[i];
            var length = LengthOf(gap, rest, words);
            if (length < 0)
            {
                return false;
            }

            rest = rest[(length + words.Length)..];
        }

        return true;
    }

    /// <summary>How long the gap before the words is; -1 if it is none of its kind, or the words do not follow.</summary>
    private static int LengthOf(string gap, ReadOnlySpan<char> text, string words)
    {
        var length = 0;
        switch (gap)
        {
            case Anything:
                return text[..Math.Min(text.Length, LongestGap + words.Length)].IndexOf(words, StringComparison.Ordinal);
            case Quotation:
                length = text is [SpokenText.Quotation, ..] ? 1 : -1;
                break;
            default:
                while (length < text.Length && (char.IsAsciiDigit(text[length]) || (length > 0 && text[length] is ',' or '.')))
                {
                    length++;
                }

                length = length == 0 ? -1 : length;
                break;
        }

        return length >= 0 && text[length..].StartsWith(words, StringComparison.Ordinal) ? length : -1;
    }

    private static bool IsSentenceStart(ReadOnlySpan<char> text, int at)
        => at == 0 || text[at - 1] == '\n' || (at > 1 && text[at - 1] == ' ' && text[at - 2] is '.' or '!' or ';' or '。');
}
