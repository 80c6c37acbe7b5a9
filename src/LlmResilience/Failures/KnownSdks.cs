namespace LlmResilience.Failures;

/// <summary>Which call makes a chain understand the exceptions of an SDK.</summary>
internal static class KnownSdks
{
    private static readonly (string Namespace, string Call)[] Rows =
    [
        ("System.ClientModel.", "AddOpenAI()"),
        ("OpenAI.", "AddOpenAI()"),
        ("Azure.AI.OpenAI.", "AddOpenAI()"),
        ("Anthropic.", "AddAnthropic()"),
    ];

    /// <summary>The call; <see langword="null"/> for an exception of nobody that we know.</summary>
    /// <param name="exceptionType">The full name of the exception's type.</param>
    public static string? CallFor(string exceptionType)
        => Array.Find(Rows, row => exceptionType.StartsWith(row.Namespace, StringComparison.Ordinal)).Call;
}
