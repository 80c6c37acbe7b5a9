using System.ClientModel.Primitives;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace LlmResilience.OpenAI;

/// <summary>What the app itself says in a request: JSON, in one object or property by property.</summary>
internal readonly struct RawRequest
{
    private readonly JsonElement _json;
    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? _properties;

    private RawRequest(JsonElement json) => _json = json;

    private RawRequest(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> properties) => _properties = properties;

    /// <summary>Of what is copied.</summary>
    public int Length => _json.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(_json).Length : 0;

    public static RawRequest Read(OpenAIChatClient client, ChatOptions? options)
        => options?.RawRepresentationFactory?.Invoke(client) switch
        {
            ChatCompletionOptions typed => new(Parse(((IPersistableModel<ChatCompletionOptions>)typed).Write(ModelReaderWriterOptions.Json))),
            JsonElement json => new(json),
            IReadOnlyDictionary<string, ReadOnlyMemory<byte>> properties => new(properties),
            _ => default,
        };

    public bool Has(string name)
        => _properties is not null ? _properties.ContainsKey(name) : _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out _);

    public JsonElement Get(string name)
    {
        if (_properties is not null)
        {
            return _properties.TryGetValue(name, out var bytes) ? Parse(bytes) : default;
        }

        return _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var value) ? value : default;
    }

    /// <summary>Writes an array as it is.</summary>
    /// <returns>Whether it is one, and there is anything in it.</returns>
    public bool TryCopyArray(string name, ChatRequestWriter request)
    {
        if (_properties is not null)
        {
            var has = _properties.TryGetValue(name, out var bytes) && IsFilledArray(bytes.Span);
            if (has)
            {
                request.Json.WritePropertyName(name);
                request.WriteRaw(bytes);
            }

            return has;
        }

        var value = Get(name);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return false;
        }

        request.Json.WritePropertyName(name);
        value.WriteTo(request.Json);
        return true;
    }

    /// <summary>Writes all that is not written from the call itself.</summary>
    public void CopyTo(ChatRequestWriter request)
    {
        foreach (var (name, bytes) in _properties ?? (IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>>)[])
        {
            if (IsCopied(name))
            {
                request.Json.WritePropertyName(name);
                request.WriteRaw(bytes);
            }
        }

        if (_json.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in _json.EnumerateObject().Where(static property => IsCopied(property.Name)))
            {
                property.WriteTo(request.Json);
            }
        }
    }

    // Tools are merged with those of the call.
    private static bool IsCopied(string name) => name is not ("model" or "messages" or "stream" or "stream_options" or "tools");

    private static bool IsFilledArray(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        return reader.Read() && reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = 128 });
        return JsonElement.ParseValue(ref reader);
    }
}
