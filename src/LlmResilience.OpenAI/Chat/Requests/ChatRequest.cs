using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Encodings.Web;
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
/// <see cref="ChatMessage.RawRepresentation"/> is a <see cref="JsonElement"/> is sent as that says.
/// </remarks>
internal static class ChatRequest
{
    // The body is never put into HTML, and escaped it would be up to six times as long in most of the world's scripts.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BinaryContent Create(OpenAIChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, bool streaming)
    {
        var raw = ReadRaw(client, options);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, options?.ModelId ?? client.Model);
            json.WriteStartArray("messages"u8);
            var isEncrypted = ChatRequestMessages.Write(json, messages, options?.Instructions);
            json.WriteEndArray();
            if (streaming)
            {
                json.WriteBoolean("stream"u8, value: true);
                WriteStreamOptions(json, raw);
            }

            var request = new ChatRequestProperties(json, raw);
            ChatRequestOptions.Write(request, options, client.MaxTokensName);
            if (isEncrypted)
            {
                // Qwen's.
                request.Write("preserve_thinking", true);
            }

            json.WriteEndObject();
        }

        return BinaryContent.Create(BinaryData.FromBytes(buffer.WrittenMemory));
    }

    private static void WriteStreamOptions(Utf8JsonWriter json, JsonElement raw)
    {
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, value: true);
        if (raw.Property("stream_options"u8) is { ValueKind: JsonValueKind.Object } others)
        {
            foreach (var option in others.EnumerateObject().Where(static option => !option.NameEquals("include_usage"u8)))
            {
                option.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static JsonElement ReadRaw(OpenAIChatClient client, ChatOptions? options)
        => options?.RawRepresentationFactory?.Invoke(client) switch
        {
            ChatCompletionOptions typed => Parse(((IPersistableModel<ChatCompletionOptions>)typed).Write(ModelReaderWriterOptions.Json)),
            JsonElement json => json,
            _ => default,
        };

    private static JsonElement Parse(BinaryData data)
    {
        var reader = new Utf8JsonReader(data);
        return JsonElement.ParseValue(ref reader);
    }
}
