using System.Text.Json;

namespace Gateway.Protocol.Requests;

/// <summary>Finds pieces of valid JSON where they are. A document of it would take as much memory again, and many times as much where values are small.</summary>
internal static class JsonPieces
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    public static Utf8JsonReader CreateReader(ReadOnlySpan<byte> json) => new(json, Options);

    /// <summary>What it is, by its first token; <see cref="JsonTokenType.None"/> for a piece that was not found.</summary>
    public static JsonTokenType TypeOf(ReadOnlyMemory<byte> json)
    {
        var reader = CreateReader(json.Span);
        return !json.IsEmpty && reader.Read() ? reader.TokenType : JsonTokenType.None;
    }

    /// <summary>The value of an object's property; empty if it is not there, or this is no object.</summary>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        if (TypeOf(json) != JsonTokenType.StartObject)
        {
            return default;
        }

        var reader = CreateReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var value = Take(ref reader, json);
            if (isIt)
            {
                return value;
            }
        }

        return default;
    }

    /// <summary>All properties of an object, or <see langword="null"/> if there are more than so many.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>>? ReadProperties(ReadOnlyMemory<byte> json, int most)
    {
        var properties = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var reader = CreateReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (properties.Count == most)
            {
                return null;
            }

            var name = reader.GetString()!;
            reader.Read();
            properties.Add(name, Take(ref reader, json));
        }

        return properties;
    }

    /// <summary>The text, if it is one.</summary>
    public static string? ReadText(ReadOnlyMemory<byte> json)
    {
        var reader = CreateReader(json.Span);
        return !json.IsEmpty && reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>The value at which a reader is, with all that is in it.</summary>
    public static ReadOnlyMemory<byte> Take(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
