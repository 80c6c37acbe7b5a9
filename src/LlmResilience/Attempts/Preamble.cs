using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>What comes before the first token: held, and handed out in order with it, so that a dead attempt's ids never reach the app.</summary>
internal struct Preamble
{
    /// <summary>Ids, a role and usage come in a handful of updates. So many more are a server that has lost its way.</summary>
    public const int MaxUpdates = 256;

    private Queue<ChatResponseUpdate>? _held;

    public readonly bool IsEmpty => _held is null;

    public readonly ChatResponseUpdate First => _held!.Peek();

    /// <summary>Holds an update without content, unless it says what the one before it has said already: a sign of life, of which there may be thousands.</summary>
    /// <returns>Whether there was room: no client may fill the memory with what nobody gets to see.</returns>
    public bool TryHold(ChatResponseUpdate update, ChatResponseUpdate? previous)
    {
        if (BringsNothingNew(update, previous))
        {
            return true;
        }

        if (_held is { Count: >= MaxUpdates })
        {
            return false;
        }

        (_held ??= new()).Enqueue(update);
        return true;
    }

    /// <summary>Puts the first token behind what was held. With nothing before it, it goes out as every later one does.</summary>
    public readonly void Complete(ChatResponseUpdate firstToken) => _held?.Enqueue(firstToken);

    /// <summary>Sees to it that the last update is there, though it may have brought nothing new.</summary>
    public readonly void EndWith(ChatResponseUpdate last)
    {
        if (_held?.Contains(last) == false)
        {
            _held.Enqueue(last);
        }
    }

    public ChatResponseUpdate TakeNext()
    {
        var next = _held!.Dequeue();
        if (_held.Count == 0)
        {
            _held = null;
        }

        return next;
    }

    private static bool BringsNothingNew(ChatResponseUpdate update, ChatResponseUpdate? previous)
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
