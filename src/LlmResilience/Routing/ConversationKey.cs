using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Routing;

/// <summary>A stable hash of what conversation a request belongs to.</summary>
internal static class ConversationKey
{
    // FNV-1a's constants for 64 bits.
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(string key) => Add(Basis, key);

    /// <summary>A conversation keeps its beginning: what stands before the first answer.</summary>
    public static ulong Of(IReadOnlyList<ChatMessage> messages)
    {
        var hash = Basis;
        for (var i = 0; i < messages.Count && messages[i]?.Role != ChatRole.Assistant; i++)
        {
            var contents = messages[i]?.Contents;
            for (var j = 0; j < (contents?.Count ?? 0); j++)
            {
                hash = contents![j] is TextContent text ? Add(hash, text.Text) : hash;
            }
        }

        return hash;
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (var octet in MemoryMarshal.AsBytes(text.AsSpan()))
        {
            hash = (hash ^ octet) * Prime;
        }

        return hash;
    }
}
