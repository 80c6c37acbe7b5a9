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
/// typed one passes a <see cref="ChatCompletionOptions"/> with <see cref="ChatOptions.RawRepresentationFactory"/>; what that sets wins.
/// </remarks>
internal static class ChatRequest
{
    // The body is never put into HTML, and escaped it would be up to six times as long in most of the world's scripts.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BinaryContent Create(OpenAIChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, bool streaming)
    {
        using var raw = ReadRaw(client, options);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, options?.ModelId ?? client.Model);
            json.WriteStartArray("messages"u8);
            ChatRequestMessages.Write(json, messages, options?.Instructions);
            json.WriteEndArray();
            if (streaming)
            {
                json.WriteBoolean("stream"u8, value: true);
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, value: true);
                json.WriteEndObject();
            }

            ChatRequestOptions.Write(new(json, raw?.RootElement ?? default), options, client.MaxTokensName);
            json.WriteEndObject();
        }

        return BinaryContent.Create(BinaryData.FromBytes(buffer.WrittenMemory));
    }

    private static JsonDocument? ReadRaw(OpenAIChatClient client, ChatOptions? options)
        => options?.RawRepresentationFactory?.Invoke(client) is ChatCompletionOptions raw
            ? JsonDocument.Parse(((IPersistableModel<ChatCompletionOptions>)raw).Write(ModelReaderWriterOptions.Json))
            : null;
}
