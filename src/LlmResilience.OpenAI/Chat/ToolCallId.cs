using System.Security.Cryptography;

namespace LlmResilience.OpenAI;

/// <summary>Ids for tool calls that came without one.</summary>
internal static class ToolCallId
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Nine letters and digits: Mistral takes no others, and everybody takes these.</summary>
    public static string Create() => RandomNumberGenerator.GetString(LettersAndDigits, 9);
}
