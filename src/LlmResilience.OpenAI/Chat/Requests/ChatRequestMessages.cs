using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes the conversation.</summary>
internal static class ChatRequestMessages
{
    public static void Write(Utf8JsonWriter json, IEnumerable<ChatMessage> messages, string? instructions)
    {
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

            var results = WriteToolResults(json, message);
            if (results == 0 || results < message.Contents.Count && message.Role != ChatRole.Tool)
            {
                WriteMessage(json, message);
            }
        }
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

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role.Value);
        if (NameOf(message.AuthorName) is { Length: > 0 } name)
        {
            json.WriteString("name"u8, name);
        }

        ChatRequestContents.Write(json, message);
        if (message.Role == ChatRole.Assistant)
        {
            WriteToolCalls(json, message.Contents);
        }

        json.WriteEndObject();
    }

    private static void WriteToolCalls(Utf8JsonWriter json, IList<AIContent> contents)
    {
        var any = false;
        foreach (var content in contents)
        {
            if (content is not FunctionCallContent call)
            {
                continue;
            }

            if (!any)
            {
                json.WriteStartArray("tool_calls"u8);
                any = true;
            }

            json.WriteStartObject();
            json.WriteString("id"u8, call.CallId);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, ToolJson.ArgumentsOf(call));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }

    // The API refuses a whole request for a space in a name, and agents are called "Travel agent".
    private static string? NameOf(string? author)
        => author is null ? null : string.Concat(author.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').Take(64));
}
