using System.Text;

namespace LlmResilience.Failures;

/// <summary>Finds the error of the provider behind a relay that puts it, as JSON or as Python prints it, into its own message.</summary>
internal static class EmbeddedError
{
    private const int LongestText = 16 * 1024;

    /// <summary>The error as JSON; <see langword="null"/> if there is none.</summary>
    /// <remarks>Only what follows a wrapper or nothing at all: an object elsewhere in a message is what somebody sent.</remarks>
    public static string? Find(string text)
    {
        var start = text.IndexOf('{', StringComparison.Ordinal);
        if (start < 0 || text.LastIndexOf('}') < start || text.Length > LongestText || !IsWrapped(text[..start]))
        {
            return null;
        }

        var embedded = text[start..(text.LastIndexOf('}') + 1)];
        return embedded.StartsWith("{'", StringComparison.Ordinal) ? FromPython(embedded) : embedded;
    }

    private static bool IsWrapped(string head)
        => head.Trim(' ', '[', 'b', '\'').Length == 0 || MessageWrappers.Remove(head.TrimEnd(' ', '[').ToLowerInvariant() + " ", []).Trim().Length == 0;

    private static string FromPython(string text)
    {
        var json = new StringBuilder(text.Length);
        var mark = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (mark == '\0' && (letter is '\'' or '"'))
            {
                mark = letter;
                json.Append('"');
            }
            else if (letter == mark)
            {
                mark = '\0';
                json.Append('"');
            }
            else if (letter == '"')
            {
                json.Append("\\\"");
            }
            else if (letter == '\\')
            {
                // It is not the last letter, which is a brace.
                i++;
                json.Append(text[i] is '\'' ? "'" : $"\\{text[i]}");
            }
            else
            {
                json.Append(letter);
            }
        }

        return json.Replace(": None", ": null").Replace(": True", ": true").Replace(": False", ": false").ToString();
    }
}
