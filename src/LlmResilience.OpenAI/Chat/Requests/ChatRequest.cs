using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.InteropServices;
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
        var buffer = new ArrayBufferWriter<byte>(CapacityFor(messages, raw));
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

    // A buffer that grows is copied, and ends up to twice as large: a message of many megabytes, which comes as JSON, is given its place at once.
    private static int CapacityFor(IEnumerable<ChatMessage> messages, JsonElement raw)
    {
        const int Small = 1024;
        const int Slack = 8192;
        var length = 0;
        foreach (var message in messages as IReadOnlyList<ChatMessage> ?? [])
        {
            length += message?.RawRepresentation is JsonElement { ValueKind: JsonValueKind.Object } json ? JsonMarshal.GetRawUtf8Value(json).Length + 1 : 0;
        }

        return length == 0 ? Small : length + (raw.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(raw).Length : 0) + Slack;
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
