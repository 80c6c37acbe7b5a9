using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes the format that the answer must have.</summary>
internal static class ChatRequestFormat
{
    public static void Write(ChatRequestProperties request, ChatOptions options)
    {
        if (options.ResponseFormat is null || !request.IsFree("response_format"))
        {
            return;
        }

        var json = request.Json;
        json.WriteStartObject("response_format"u8);
        switch (options.ResponseFormat)
        {
            case ChatResponseFormatJson { Schema: { } schema } format:
                json.WriteString("type"u8, "json_schema"u8);
                json.WriteStartObject("json_schema"u8);
                json.WriteString("name"u8, format.SchemaName ?? "response");
                if (format.SchemaDescription is { } description)
                {
                    json.WriteString("description"u8, description);
                }

                StrictSchemas.Write(json, "schema"u8, schema, format, StrictSchemas.IsAsked(options.AdditionalProperties));
                json.WriteEndObject();
                break;
            case ChatResponseFormatJson:
                json.WriteString("type"u8, "json_object"u8);
                break;
            default:
                json.WriteString("type"u8, "text"u8);
                break;
        }

        json.WriteEndObject();
    }
}
