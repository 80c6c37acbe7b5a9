namespace LlmResilience;

/// <summary>An endpoint's key, which is set itself or by the name of a variable.</summary>
internal static class ApiKey
{
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
            : $"{path}:ApiKeyEnvironmentVariable names '{environmentVariable}', which is not set or empty.";
    }
}
