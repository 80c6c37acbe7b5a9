using System.Text.Json;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Requests;

/// <summary>Reads a message: its JSON passes as it is, from where it is, and the library sees its role and its text.</summary>
internal static class MessageReader
{
    // OpenAI takes 2048. Each is an object, many times as large as the shortest message.
    private const int MostMessages = 16 * 1024;

    // The library only counts its characters, for FirstTokenPerInputToken. More than any model takes is not worth a copy.
    private const int MostTextBytes = 4 * 1024 * 1024;

    // Of the object around a text, so that a million empty ones are not free.
    private const int BytesPerText = 64;

    public static List<ChatMessage> ReadAll(ReadOnlyMemory<byte> messages)
    {
        var read = new List<ChatMessage>();
        var textBytesLeft = MostTextBytes;
        foreach (var json in new JsonElements(messages))
        {
            if (read.Count == MostMessages)
            {
                throw RequestException.Invalid($"'messages' has more than {MostMessages} messages.", "messages");
            }

            read.Add(Read(json, ref textBytesLeft));
        }

        return read;
    }

    private static ChatMessage Read(ReadOnlyMemory<byte> json, ref int textBytesLeft)
    {
        var role = NameReader.Read(JsonPieces.Find(json, "role"u8))
            ?? throw RequestException.Invalid("Every message must be an object with a 'role'.", "messages");
        var message = new ChatMessage { Role = new ChatRole(role), RawRepresentation = json };
        ReadText(JsonPieces.Find(json, "content"u8), message.Contents, ref textBytesLeft);
        return message;
    }

    private static void ReadText(ReadOnlyMemory<byte> content, IList<AIContent> contents, ref int textBytesLeft)
    {
        if (JsonPieces.TypeOf(content) == JsonTokenType.StartArray)
        {
            foreach (var part in new JsonElements(content))
            {
                Add(JsonPieces.Find(part, "text"u8), contents, ref textBytesLeft);
            }
        }
        else
        {
            Add(content, contents, ref textBytesLeft);
        }
    }

    private static void Add(ReadOnlyMemory<byte> text, IList<AIContent> contents, ref int textBytesLeft)
    {
        var cost = text.Length + BytesPerText;
        if (cost <= textBytesLeft && JsonPieces.ReadText(text) is { } value)
        {
            textBytesLeft -= cost;
            contents.Add(new TextContent(value));
        }
    }
}
