using System.Text.Json;
using Gateway.Configuration;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Requests;

/// <summary>Reads a request. What the gateway needs itself is checked; all else is the provider's to judge, and is sent from where it is.</summary>
internal static class ChatCompletionReader
{
    // OpenAI knows about 40.
    private const int MostProperties = 1024;
    private const int MostFallbacks = 16;

    // The library reads them, to add its own.
    private const int MostStreamOptionsBytes = 4 * 1024;

    public static async Task<ChatCompletionRequest> ReadAsync(HttpRequest request)
    {
        var body = await RequestBody.ReadAsync(request, request.HttpContext.RequestServices.GetRequiredService<GatewayOptions>());
        BodyCheck.Check(body);
        return Read(JsonPieces.ReadProperties(body, MostProperties) ?? throw RequestException.Invalid($"The body has more than {MostProperties} properties."));
    }

    private static ChatCompletionRequest Read(Dictionary<string, ReadOnlyMemory<byte>> properties)
    {
        if (!IsOne(properties.GetValueOrDefault("n")))
        {
            throw RequestException.Invalid("This gateway gives one choice only.", "n");
        }

        var model = ReadModel(properties.GetValueOrDefault("model"));
        var fallbacks = ReadFallbacks(properties.GetValueOrDefault("fallbacks"));
        var stream = ReadFlag(properties.GetValueOrDefault("stream"), "stream", "stream");
        var includeUsage = ReadIncludeUsage(properties.GetValueOrDefault("stream_options"));
        var messages = ReadMessages(properties.GetValueOrDefault("messages"));
        properties.Remove("model");
        properties.Remove("fallbacks");
        properties.Remove("messages");
        return new ChatCompletionRequest(model, fallbacks, stream, includeUsage, messages, new ChatOptions { RawRepresentationFactory = _ => properties });
    }

    private static bool IsOne(ReadOnlyMemory<byte> n)
    {
        var reader = JsonPieces.CreateReader(n.Span);
        return JsonPieces.TypeOf(n) != JsonTokenType.Number || (reader.Read() && reader.GetDouble() == 1);
    }

    private static string ReadModel(ReadOnlyMemory<byte> model)
        => NameReader.Read(model) ?? throw RequestException.Invalid("You must provide a model parameter, a string.", "model");

    private static List<string> ReadFallbacks(ReadOnlyMemory<byte> json)
    {
        List<string> fallbacks = [];
        var type = JsonPieces.TypeOf(json);
        if (type == JsonTokenType.StartArray)
        {
            foreach (var name in new JsonElements(json))
            {
                fallbacks.Add(fallbacks.Count < MostFallbacks && NameReader.Read(name) is { } fallback ? fallback : throw WrongFallbacks());
            }
        }

        return type is JsonTokenType.StartArray or JsonTokenType.None or JsonTokenType.Null ? fallbacks : throw WrongFallbacks();
    }

    private static RequestException WrongFallbacks()
        => RequestException.Invalid($"'fallbacks' must be an array of at most {MostFallbacks} model names.", "fallbacks");

    private static bool ReadIncludeUsage(ReadOnlyMemory<byte> options)
    {
        if (options.Length > MostStreamOptionsBytes)
        {
            throw RequestException.Invalid($"'stream_options' is longer than {MostStreamOptionsBytes} bytes.", "stream_options");
        }

        return ReadFlag(JsonPieces.Find(options, "include_usage"u8), "include_usage", "stream_options");
    }

    private static bool ReadFlag(ReadOnlyMemory<byte> json, string name, string parameter) => JsonPieces.TypeOf(json) switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null or JsonTokenType.None => false,
        _ => throw RequestException.Invalid($"'{name}' must be a boolean.", parameter),
    };

    private static List<ChatMessage> ReadMessages(ReadOnlyMemory<byte> json)
        => JsonPieces.TypeOf(json) == JsonTokenType.StartArray && MessageReader.ReadAll(json) is { Count: > 0 } messages
            ? messages
            : throw RequestException.Invalid("'messages' must be an array with at least one message.", "messages");
}
