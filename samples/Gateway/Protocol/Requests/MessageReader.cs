using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Requests;

/// <summary>Reads a message: its JSON passes as it is, and the library sees its role and its text.</summary>
internal static class MessageReader
{
    // The library only counts its characters, for FirstTokenPerInputToken. More than any model takes is not worth a copy.
    private const int MostTextBytes = 4 * 1024 * 1024;

    public static List<ChatMessage> ReadAll(JsonElement messages)
    {
        var read = new List<ChatMessage>(messages.GetArrayLength());
        var textBytesLeft = MostTextBytes;
        foreach (var json in messages.EnumerateArray())
        {
            read.Add(Read(json, ref textBytesLeft));
        }

        return read;
    }

    private static ChatMessage Read(JsonElement json, ref int textBytesLeft)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String
            || string.IsNullOrWhiteSpace(role.GetString()))
        {
            throw RequestException.Invalid("Every message must be an object with a 'role'.", "messages");
        }

        var message = new ChatMessage { Role = new ChatRole(role.GetString()!), RawRepresentation = json };
        if (json.TryGetProperty("content", out var content))
        {
            ReadText(content, message.Contents, ref textBytesLeft);
        }

        return message;
    }

    private static void ReadText(JsonElement content, IList<AIContent> contents, ref int textBytesLeft)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            Add(content, contents, ref textBytesLeft);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    Add(text, contents, ref textBytesLeft);
                }
            }
        }
    }

    private static void Add(JsonElement text, IList<AIContent> contents, ref int textBytesLeft)
    {
        var length = JsonMarshal.GetRawUtf8Value(text).Length;
        if (length <= textBytesLeft)
        {
            textBytesLeft -= length;
            contents.Add(new TextContent(text.GetString()));
        }
    }
}
