using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace LlmResilience.OpenAI;

/// <summary>Tells updates that are a piece of a tool call: they carry no content, since a call is handed out whole, but the model is at work.</summary>
internal static class ToolCallProgress
{
    public static bool IsPiece(ChatResponseUpdate update) => update.RawRepresentation switch
    {
        BinaryData json => HoldsCall(json.ToMemory().Span),

        // What Microsoft's adapter has.
        StreamingChatCompletionUpdate typed => typed.ToolCallUpdates.Count > 0,
        _ => false,
    };

    // Some servers send an empty list or null with every event, so the name alone says nothing.
    private static bool HoldsCall(ReadOnlySpan<byte> json)
    {
        var name = json.IndexOf("\"tool_calls\""u8);
        if (name < 0)
        {
            return false;
        }

        var rest = json[(name + "\"tool_calls\""u8.Length)..].TrimStart(" \t\r\n:"u8);
        return rest is [(byte)'[', ..] && rest[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }
}
