using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic;

/// <summary>
/// Reasoning that is not signed: that of another provider's model. The SDK sends it as thinking with an empty signature, which the API
/// refuses, so that a conversation begun elsewhere could not go on here.
/// </summary>
internal static class ForeignReasoning
{
    // What our OpenAI package wants back stands in the same place, and is no signature either.
    private const string OtherPackage = "llmresilience.";

    /// <summary>The messages without it, and without those that held nothing else; the app's own stay as they are.</summary>
    public static IEnumerable<ChatMessage> LeftOut(IEnumerable<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message is null || message.Role != ChatRole.Assistant || !message.Contents.Any(IsForeign))
            {
                yield return message!;
            }
            else if (message.Contents.Where(static content => !IsForeign(content)).ToList() is { Count: > 0 } rest)
            {
                var copy = message.Clone();
                copy.Contents = rest;
                yield return copy;
            }
        }
    }

    private static bool IsForeign(AIContent content)
        => content is TextReasoningContent reasoning
            && (string.IsNullOrEmpty(reasoning.ProtectedData) || reasoning.ProtectedData.StartsWith(OtherPackage, StringComparison.Ordinal));
}
