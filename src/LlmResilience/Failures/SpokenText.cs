using System.Text;

namespace LlmResilience.Failures;

/// <summary>
/// What a provider itself says in a message: in lower case, without its wrappers, and without quotations, since these are often the
/// user's own words.
/// </summary>
internal sealed class SpokenText
{
    /// <summary>Stands where a quotation was.</summary>
    public const char Quotation = '\u0001';

    // What explains an error stands at its beginning; the rest is what was sent.
    private const int Longest = 8192;

    // Behind these words comes what was sent, with quotation marks or without.
    private static readonly string[] Echoes =
        [" got ", " got: ", "supplied:", "received:", "input_value=", "input:", "value:", "last message", "unknown name", "previous block"];

    private SpokenText(string strict, string lenient) => (Strict, Lenient) = (strict, lenient);

    /// <summary>Without all that could be a quotation: from the first of a kind of quotation marks to the last one, and what follows words such as "got".</summary>
    public string Strict { get; }

    /// <summary>Without each pair of quotation marks and what it holds.</summary>
    public string Lenient { get; }

    /// <summary>The names of exceptions and the like with which wrappers begin a message.</summary>
    public IReadOnlyList<string> Wrappers { get; private init; } = [];

    public static SpokenText Of(string message)
    {
        var text = Normalize(message.Length > Longest ? message[..Longest] : message);
        var wrappers = new List<string>();
        text = MessageWrappers.Remove(text, wrappers);
        return new SpokenText(WithoutEcho(WithoutQuotations(text, toLast: true)), WithoutQuotations(text, toLast: false)) { Wrappers = wrappers };
    }

    private static string Normalize(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var letter in message)
        {
            var next = letter switch
            {
                '\u2018' or '\u2019' => '\'',
                '\u201C' or '\u201D' or '\u201E' or '\u00AB' or '\u00BB' => '"',
                '\n' or '\r' => '\n',
                Quotation => ' ',
                _ => char.IsWhiteSpace(letter) ? ' ' : char.ToLowerInvariant(letter),
            };
            if (next is not (' ' or '\n') || (text.Length > 0 && text[^1] is not (' ' or '\n')))
            {
                text.Append(next);
            }
        }

        return text.ToString();
    }

    private static string WithoutEcho(string text)
    {
        foreach (var echo in Echoes)
        {
            if (text.IndexOf(echo, StringComparison.Ordinal) is >= 0 and var at)
            {
                text = text[..at];
            }
        }

        return text;
    }

    private static string WithoutQuotations(string text, bool toLast)
    {
        var said = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var end = Opens(text, i) ? EndOf(text, i, toLast) : -1;
            if (end < 0)
            {
                said.Append(text[i]);
                continue;
            }

            said.Append(Quotation);
            i = end;
        }

        return said.ToString();
    }

    // An apostrophe within or behind a word begins no quotation.
    private static bool Opens(string text, int at)
        => text[at] is '"' or '`' || (text[at] == '\'' && (at == 0 || !char.IsLetterOrDigit(text[at - 1])));

    /// <summary>Where the quotation that begins here ends; -1 if it does not.</summary>
    private static int EndOf(string text, int start, bool toLast)
    {
        var mark = text[start];
        if (toLast)
        {
            for (var i = text.Length - 1; i > start; i--)
            {
                if (Closes(text, i, mark))
                {
                    return i;
                }
            }

            return mark == '\'' ? -1 : text.Length - 1;
        }

        for (var i = start + 1; i < text.Length; i++)
        {
            if (Closes(text, i, mark))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Closes(string text, int at, char mark)
        => text[at] == mark && (mark != '\'' || at == text.Length - 1 || !char.IsLetterOrDigit(text[at + 1]));
}
