using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads the reasoning and the text of a message or of a piece of one.</summary>
internal static class ContentJson
{
    public static void Read(JsonElement message, IList<AIContent> contents)
    {
        // Servers in transition from the first name to the second send both, with the same text.
        if ((message.Text("reasoning_content"u8) ?? message.Text("reasoning"u8)) is { } reasoning)
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        var content = message.Property("content"u8);
        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                AddText(part, "text"u8, contents);
            }
        }
        else
        {
            AddText(message, "content"u8, contents);
        }
    }

    private static void AddText(JsonElement element, ReadOnlySpan<byte> name, IList<AIContent> contents)
    {
        if (element.Text(name) is { } text)
        {
            contents.Add(new TextContent(text));
        }
    }
}
