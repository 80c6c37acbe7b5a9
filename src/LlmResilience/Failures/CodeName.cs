namespace LlmResilience.Failures;

/// <summary>
/// Codes without what differs between servers and says nothing: case, separators, a last <c>error</c> or <c>exception</c>, and the
/// namespace before a last <c>#</c> or behind a colon.
/// </summary>
internal static class CodeName
{
    public static string Simplify(ReadOnlySpan<char> code)
    {
        code = code[(code.LastIndexOf('#') + 1)..];
        code = code.IndexOf(':') is > 0 and var colon ? code[..colon] : code;
        Span<char> letters = stackalloc char[Math.Min(code.Length, 128)];
        var length = 0;
        foreach (var letter in code)
        {
            if ((char.IsLetterOrDigit(letter) || letter == '*') && length < letters.Length)
            {
                letters[length++] = char.ToLowerInvariant(letter);
            }
        }

        ReadOnlySpan<char> name = letters[..length];
        return Without(Without(name, "error"), "exception").ToString();
    }

    /// <summary>Whether a simplified code is one of a row, whose stars stand for anything.</summary>
    public static bool Fits(string code, string[] parts)
    {
        var rest = code.AsSpan();
        if (!rest.StartsWith(parts[0], StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[parts[0].Length..];
        for (var i = 1; i < parts.Length - 1; i++)
        {
            var at = rest.IndexOf(parts[i], StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + parts[i].Length)..];
        }

        return rest.EndsWith(parts[^1], StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> Without(ReadOnlySpan<char> name, string end)
        => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;
}
