using System.Text.Json;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Requests;

/// <summary>Reads a message: its JSON passes as it is, and the library sees its role and its text.</summary>
internal static class MessageReader
{
    public static ChatMessage Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String
            || string.IsNullOrWhiteSpace(role.GetString()))
        {
            throw RequestException.Invalid("Every message must be an object with a 'role'.", "messages");
        }

        var message = new ChatMessage { Role = new ChatRole(role.GetString()!), RawRepresentation = json };
        if (json.TryGetProperty("content", out var content))
        {
            ReadText(content, message.Contents);
        }

        return message;
    }

    private static void ReadText(JsonElement content, IList<AIContent> contents)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            contents.Add(new TextContent(content.GetString()));
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    contents.Add(new TextContent(text.GetString()));
                }
            }
        }
    }
}
