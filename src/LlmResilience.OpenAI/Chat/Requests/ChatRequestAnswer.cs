using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes what the model answered earlier, with all that its provider wants to see again.</summary>
/// <remarks>Pictures and sounds of the model's are not sent: no server takes them in its own messages.</remarks>
internal static class ChatRequestAnswer
{
    /// <returns>Whether it holds encrypted reasoning.</returns>
    public static bool Write(Utf8JsonWriter json, ChatMessage message, TimeProvider timeProvider)
    {
        var contents = message.Contents;
        var state = ProviderState.Find(contents);
        var refusal = contents.OfType<ErrorContent>().FirstOrDefault(e => string.Equals(e.ErrorCode, ErrorJson.Refusal, StringComparison.Ordinal));
        if (refusal is not null)
        {
            json.WriteString("refusal"u8, refusal.Message);
        }

        if (state is { AudioId: { } audio } && IsKept(state, timeProvider))
        {
            json.WriteStartObject("audio"u8);
            json.WriteString("id"u8, audio);
            json.WriteEndObject();
        }
        else if (state is { HasThinkingBlock: true })
        {
            WriteParts(json, message);
        }
        else if (message.Text is { Length: > 0 } text)
        {
            json.WriteString("content"u8, text);
        }
        else if (refusal is not null || contents.Any(static content => content is FunctionCallContent))
        {
            json.WriteNull("content"u8);
        }
        else
        {
            json.WriteString("content"u8, ""u8);
        }

        WriteState(json, state, contents);
        WriteToolCalls(json, contents, state?.Calls);
        return state?.EncryptedContent is not null;
    }

    private static bool IsKept(ProviderState state, TimeProvider timeProvider)
        => state.AudioExpiresAt is null || timeProvider.GetUtcNow().ToUnixTimeSeconds() < state.AudioExpiresAt;

    private static void WriteState(Utf8JsonWriter json, ProviderState? state, IList<AIContent> contents)
    {
        if (state is null)
        {
            return;
        }

        if (state.ReasoningField is { } field)
        {
            json.WriteString(field, ReasoningOf(contents));
        }

        if (state.EncryptedContent is { } encrypted)
        {
            json.WriteString("encrypted_content"u8, encrypted);
        }

        WriteArray(json, "reasoning_details"u8, state.Details);
        WriteArray(json, "annotations"u8, state.Annotations);
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonArray? array)
    {
        if (array is not null)
        {
            json.WritePropertyName(name);
            array.WriteTo(json);
        }
    }

    // Mistral's: the thinking first, then the text.
    private static void WriteParts(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "thinking"u8);
        json.WriteStartArray("thinking"u8);
        WriteText(json, ReasoningOf(message.Contents));
        json.WriteEndArray();
        json.WriteEndObject();
        if (message.Text is { Length: > 0 } text)
        {
            WriteText(json, text);
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static string ReasoningOf(IList<AIContent> contents)
        => string.Concat(contents.OfType<TextReasoningContent>().Where(ProviderState.HoldsText).Select(static reasoning => reasoning.Text));

    private static void WriteToolCalls(Utf8JsonWriter json, IList<AIContent> contents, JsonObject? extras)
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
            if (extras?[call.CallId] is { } extra)
            {
                json.WritePropertyName("extra_content"u8);
                extra.WriteTo(json);
            }

            json.WriteEndObject();
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }
}
