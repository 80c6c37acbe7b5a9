using System.ClientModel;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace LlmResilience.OpenAI;

/// <summary>Writes the body of one request.</summary>
/// <remarks>
/// The SDK's typed request is not used for it: it cannot leave out or rename what a compatible server rejects. An app that needs the
/// typed one passes a <see cref="ChatCompletionOptions"/> with <see cref="ChatOptions.RawRepresentationFactory"/>, and one that has the
/// JSON, or needs fields that nobody here knows, passes it as a <see cref="JsonElement"/>; what either sets wins. A message whose
/// <see cref="ChatMessage.RawRepresentation"/> is a <see cref="JsonElement"/> is sent as that says. Where a request may be very large,
/// both may be UTF-8 instead: a <see cref="ReadOnlyMemory{T}"/> of bytes for a message, an
/// <see cref="IReadOnlyDictionary{TKey, TValue}"/> of them by the properties' names for the request. These are sent from where they
/// are, neither checked nor copied, and must stay as they are.
/// </remarks>
internal static class ChatRequest
{
    public static BinaryContent Create(OpenAIChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, bool streaming)
    {
        var raw = RawRequest.Read(client, options);
        using var writer = new ChatRequestWriter(CapacityFor(messages, raw));
        var json = writer.Json;
        json.WriteStartObject();
        json.WriteString("model"u8, options?.ModelId ?? client.Model);
        json.WriteStartArray("messages"u8);
        var isEncrypted = ChatRequestMessages.Write(writer, messages, options?.Instructions, client.TimeProvider);
        json.WriteEndArray();
        if (streaming)
        {
            json.WriteBoolean("stream"u8, value: true);
            WriteStreamOptions(json, raw);
        }

        var request = new ChatRequestProperties(writer, raw);
        ChatRequestOptions.Write(request, options, client.MaxTokensName);
        if (isEncrypted)
        {
            // Qwen's.
            request.Write("preserve_thinking", true);
        }

        json.WriteEndObject();
        return writer.Complete();
    }

    // A buffer that grows is copied, and ends up to twice as large: a message of many megabytes, which comes as JSON, is given its place at once.
    private static int CapacityFor(IEnumerable<ChatMessage> messages, RawRequest raw)
    {
        const int Small = 1024;
        const int Slack = 8192;
        var length = 0;
        var pieces = 0;
        foreach (var message in messages as IReadOnlyList<ChatMessage> ?? [])
        {
            if (message?.RawRepresentation is JsonElement { ValueKind: JsonValueKind.Object } json)
            {
                length += JsonMarshal.GetRawUtf8Value(json).Length + 1;
            }
            else if (message?.RawRepresentation is ReadOnlyMemory<byte> bytes)
            {
                pieces += ChatRequestWriter.CopiedLength(bytes) + 1;
            }
        }

        length += Math.Min(pieces, ChatRequestWriter.MostCopied);
        return length == 0 ? Small : length + raw.Length + Slack;
    }

    private static void WriteStreamOptions(Utf8JsonWriter json, RawRequest raw)
    {
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, value: true);
        if (raw.Get("stream_options") is { ValueKind: JsonValueKind.Object } others)
        {
            foreach (var option in others.EnumerateObject().Where(static option => !option.NameEquals("include_usage"u8)))
            {
                option.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
