using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes the content of a message that is not the model's: a string if it is only text, which every server understands, else its parts.</summary>
internal static class ChatRequestContents
{
    public static void Write(Utf8JsonWriter json, ChatMessage message)
    {
        if (message.Contents.Any(IsAttachment))
        {
            json.WriteStartArray("content"u8);
            foreach (var content in message.Contents)
            {
                WritePart(json, content);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteString("content"u8, message.Text);
        }
    }

    private static bool IsAttachment(AIContent content) => content is DataContent or UriContent or HostedFileContent;

    private static void WritePart(Utf8JsonWriter json, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                json.WriteStartObject();
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text.Text);
                json.WriteEndObject();
                break;
            case UriContent uri when uri.HasTopLevelMediaType("image"):
                WriteImage(json, uri.Uri.AbsoluteUri, content);
                break;
            case UriContent uri:
                throw new NotSupportedException($"Chat completions take only images by their address, not '{uri.MediaType}'.");
            case DataContent data when data.HasTopLevelMediaType("image"):
                WriteImage(json, data.Uri, content);
                break;
            case DataContent data when data.HasTopLevelMediaType("audio"):
                WriteAudio(json, data);
                break;
            case DataContent data:
                json.WriteStartObject();
                json.WriteString("type"u8, "file"u8);
                json.WriteStartObject("file"u8);
                json.WriteString("filename"u8, data.Name ?? "file");
                json.WriteString("file_data"u8, data.Uri);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case HostedFileContent file:
                json.WriteStartObject();
                json.WriteString("type"u8, "file"u8);
                json.WriteStartObject("file"u8);
                json.WriteString("file_id"u8, file.FileId);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, string uri, AIContent content)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, uri);
        if (content.AdditionalProperties?.TryGetValue("detail", out var detail) == true && detail?.ToString() is { } level)
        {
            json.WriteString("detail"u8, level);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAudio(Utf8JsonWriter json, DataContent data)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_audio"u8);
        json.WriteStartObject("input_audio"u8);
        json.WriteString("data"u8, data.Base64Data.Span);
        json.WriteString("format"u8, data.MediaType switch
        {
            "audio/mpeg" => "mp3",
            "audio/wave" or "audio/x-wav" or "audio/vnd.wave" => "wav",
            var type => type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..],
        });
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
