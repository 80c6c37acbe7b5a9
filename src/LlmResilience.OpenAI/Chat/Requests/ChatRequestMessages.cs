using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes the conversation.</summary>
internal static class ChatRequestMessages
{
    /// <returns>Whether encrypted reasoning goes back, which the provider keeps only if it is asked to.</returns>
    public static bool Write(ChatRequestWriter request, IEnumerable<ChatMessage> messages, string? instructions, TimeProvider timeProvider)
    {
        var json = request.Json;
        var isEncrypted = false;
        if (!string.IsNullOrEmpty(instructions))
        {
            json.WriteStartObject();
            json.WriteString("role"u8, "system"u8);
            json.WriteString("content"u8, instructions);
            json.WriteEndObject();
        }

        foreach (var message in messages)
        {
            if (message.RawRepresentation is JsonElement { ValueKind: JsonValueKind.Object } raw)
            {
                // As it is: unescaping and escaping it would take several times its memory.
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(raw), skipInputValidation: true);
                continue;
            }

            if (message.RawRepresentation is ReadOnlyMemory<byte> bytes)
            {
                request.WriteRaw(bytes);
                continue;
            }

            var results = WriteToolResults(json, message);
            if (results == 0 || results < message.Contents.Count && message.Role != ChatRole.Tool)
            {
                isEncrypted |= WriteMessage(json, message, timeProvider);
            }
        }

        return isEncrypted;
    }

    // One message of ours may hold the results of several parallel calls; on the wire each is a message of its own.
    private static int WriteToolResults(Utf8JsonWriter json, ChatMessage message)
    {
        var count = 0;
        foreach (var content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                json.WriteStartObject();
                json.WriteString("role"u8, "tool"u8);
                json.WriteString("tool_call_id"u8, result.CallId);
                json.WriteString("content"u8, ToolJson.ResultOf(result));
                json.WriteEndObject();
                count++;
            }
        }

        return count;
    }

    private static bool WriteMessage(Utf8JsonWriter json, ChatMessage message, TimeProvider timeProvider)
    {
        var isEncrypted = false;
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role.Value);
        if (NameOf(message.AuthorName) is { Length: > 0 } name)
        {
            json.WriteString("name"u8, name);
        }

        if (message.Role == ChatRole.Assistant)
        {
            isEncrypted = ChatRequestAnswer.Write(json, message, timeProvider);
        }
        else
        {
            ChatRequestContents.Write(json, message);
        }

        json.WriteEndObject();
        return isEncrypted;
    }

    // The API refuses a whole request for a space in a name, and agents are called "Travel agent".
    private static string? NameOf(string? author)
        => author is null ? null : string.Concat(author.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(64));
}
