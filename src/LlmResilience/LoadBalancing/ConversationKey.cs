using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.LoadBalancing;

/// <summary>A number for a conversation, the same at each of its turns, in every process and on every replica.</summary>
internal static class ConversationKey
{
    /// <summary>Of the name that the app has for it.</summary>
    public static ulong Of(string name) => StableHash.Of(name);

    /// <summary>Of what all its turns begin with: the instructions, the system prompts, and the user's first message. What comes later does not count.</summary>
    public static ulong Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var hash = new StableHash();
        hash.Add(options?.Instructions);
        for (var i = 0; i < messages.Count; i++)
        {
            // A null message is for the provider's client to refuse.
            if (messages[i] is not { } message)
            {
                continue;
            }

            if (message.Role == ChatRole.User)
            {
                Add(ref hash, message);
                break;
            }

            if (message.Role == ChatRole.System)
            {
                Add(ref hash, message);
            }
        }

        return hash.Value;
    }

    private static void Add(ref StableHash hash, ChatMessage message)
    {
        for (var i = 0; i < message.Contents.Count; i++)
        {
            switch (message.Contents[i])
            {
                case TextContent text:
                    hash.Add(text.Text);
                    break;
                case DataContent data:
                    hash.Add(data.Data.Span);
                    break;
                case UriContent link:
                    hash.Add(link.Uri.OriginalString);
                    break;
                case HostedFileContent file:
                    hash.Add(file.FileId);
                    break;
            }
        }
    }
}
