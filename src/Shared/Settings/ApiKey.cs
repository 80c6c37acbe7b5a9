namespace LlmResilience;

/// <summary>An endpoint's key, which is set itself or by the name of a variable.</summary>
internal static class ApiKey
{
    private const int LongestName = 64;

    // A number or a year; a key has more.
    private const int MostDigits = 4;

    public static string? Find(string? value, string? environmentVariable)
    {
        var key = string.IsNullOrWhiteSpace(value) && !string.IsNullOrWhiteSpace(environmentVariable)
            ? Environment.GetEnvironmentVariable(environmentVariable)
            : value;

        // Keys from files and secret stores often end with a line break, which no header may hold.
        return string.IsNullOrWhiteSpace(key) ? null : key.Trim();
    }

    /// <summary>Says what is wrong with it, without showing it.</summary>
    public static string? Describe(string? value, string? environmentVariable, bool hasCredential, string path)
    {
        if (hasCredential)
        {
            return string.IsNullOrWhiteSpace(value) && string.IsNullOrWhiteSpace(environmentVariable) ? null
                : $"{path}:Credential is set beside an ApiKey: leave one of them out.";
        }

        if (Find(value, environmentVariable) is { } key)
        {
            return key.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 ? null
                : $"{path}:ApiKey holds a character that no HTTP header may hold, such as a line break or a space.";
        }

        return string.IsNullOrWhiteSpace(environmentVariable)
            ? $"{path}:ApiKey is missing: set it, or name a variable in {path}:ApiKeyEnvironmentVariable. A server without authentication takes any value, such as 'none'."
            : $"{path}:ApiKeyEnvironmentVariable names {Show(environmentVariable)}, which is not set or empty.";
    }

    // What stands there may be the key itself, by mistake.
    private static string Show(string environmentVariable) => LooksLikeVariable(environmentVariable)
        ? $"'{environmentVariable}'"
        : "something (not shown, since it does not look like a variable's name: a key itself belongs into ApiKey)";

    // As names of variables are written: capital words with underscores between them. No provider's keys are.
    private static bool LooksLikeVariable(string text)
    {
        var (capitals, digits, underscores) = (0, 0, 0);
        foreach (var character in text)
        {
            capitals += char.IsAsciiLetterUpper(character) ? 1 : 0;
            digits += char.IsAsciiDigit(character) ? 1 : 0;
            underscores += character == '_' ? 1 : 0;
        }

        return capitals + digits + underscores == text.Length
            && text.Length <= LongestName
            && digits <= MostDigits
            && (underscores > 0 || digits == 0)
            && !char.IsAsciiDigit(text[0]);
    }
}
