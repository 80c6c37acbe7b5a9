using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Configuration;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Requests;

/// <summary>Reads a request. What the gateway needs itself is checked; all else is the provider's to judge.</summary>
internal static class ChatCompletionReader
{
    private const int MostFallbacks = 16;

    // A property that is there twice would be read by one as the first and by another as the last.
    private static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    public static async Task<ChatCompletionRequest> ReadAsync(HttpRequest request)
    {
        var body = await RequestBody.ReadAsync(request, request.HttpContext.RequestServices.GetRequiredService<GatewayOptions>());
        var root = Parse(body);
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid("The body must be a JSON object.");
        }

        if (EscapedText.HasHalfCharacter(body.Span))
        {
            throw RequestException.Invalid("The body holds text that is not Unicode: one half of a surrogate pair.");
        }

        if (Find(root, "n") is { ValueKind: JsonValueKind.Number } n && n.GetDouble() != 1)
        {
            throw RequestException.Invalid("This gateway gives one choice only.", "n");
        }

        var options = Find(root, "stream_options");
        return new ChatCompletionRequest(
            ReadModel(root),
            ReadFallbacks(root),
            ReadFlag(root, "stream", "stream"),
            options.ValueKind == JsonValueKind.Object && ReadFlag(options, "include_usage", "stream_options"),
            ReadMessages(root),
            CreateOptions(root));
    }

    // Never disposed: it has nothing but memory, which an attempt that was given up may still read.
    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Json).RootElement;
        }
        catch (JsonException exception)
        {
            throw RequestException.Invalid($"The body is not JSON: {exception.Message}");
        }
    }

    private static string ReadModel(JsonElement root)
        => Find(root, "model") is { ValueKind: JsonValueKind.String } model && model.GetString() is { } name && !string.IsNullOrWhiteSpace(name)
            ? name
            : throw RequestException.Invalid("You must provide a model parameter, a string.", "model");

    private static IReadOnlyList<string> ReadFallbacks(JsonElement root)
    {
        var fallbacks = Find(root, "fallbacks");
        if (fallbacks.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return [];
        }

        return fallbacks.ValueKind == JsonValueKind.Array && fallbacks.GetArrayLength() <= MostFallbacks
            && fallbacks.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(name.GetString()))
            ? [.. fallbacks.EnumerateArray().Select(name => name.GetString()!)]
            : throw RequestException.Invalid($"'fallbacks' must be an array of at most {MostFallbacks} model names.", "fallbacks");
    }

    private static bool ReadFlag(JsonElement parent, string name, string parameter) => Find(parent, name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined => false,
        _ => throw RequestException.Invalid($"'{name}' must be a boolean.", parameter),
    };

    private static List<ChatMessage> ReadMessages(JsonElement root)
        => Find(root, "messages") is { ValueKind: JsonValueKind.Array } messages && messages.GetArrayLength() > 0
            ? MessageReader.ReadAll(messages)
            : throw RequestException.Invalid("'messages' must be an array with at least one message.", "messages");

    private static ChatOptions CreateOptions(JsonElement root)
    {
        var rest = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(rest))
        {
            writer.WriteStartObject();
            foreach (var property in root.EnumerateObject().Where(static property => property.Name is not ("model" or "messages" or "fallbacks")))
            {
                writer.WritePropertyName(property.Name);
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(property.Value), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        var json = JsonElement.Parse(rest.WrittenSpan);
        return new ChatOptions { RawRepresentationFactory = _ => json };
    }

    private static JsonElement Find(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? value : default;
}
