using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>What of the updates before the first token is kept, and how much.</summary>
internal static class Preamble
{
    /// <summary>Ids, a role and usage come in a handful of updates. So many more are a server that has lost its way.</summary>
    public const int MaxUpdates = 256;

    /// <summary>Whether an update without content says what the one before it has said already: a sign of life, of which there may be thousands.</summary>
    public static bool BringsNothingNew(ChatResponseUpdate update, ChatResponseUpdate? previous)
        => previous is not null
            && update.AdditionalProperties is not { Count: > 0 }
            && !HoldsUsage(update.Contents)
            && (update.Role is null || update.Role == previous.Role)
            && IsKnown(update.ResponseId, previous.ResponseId)
            && IsKnown(update.MessageId, previous.MessageId)
            && IsKnown(update.ConversationId, previous.ConversationId)
            && IsKnown(update.ModelId, previous.ModelId)
            && IsKnown(update.AuthorName, previous.AuthorName);

    private static bool IsKnown(string? id, string? previous) => id is null || string.Equals(id, previous, StringComparison.Ordinal);

    private static bool HoldsUsage(IList<AIContent> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is UsageContent)
            {
                return true;
            }
        }

        return false;
    }
}
