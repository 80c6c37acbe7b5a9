using System.Text.Json;

namespace LlmResilience.OpenAI;

/// <summary>Reads JSON that compatible servers write their own way: what is missing, null or of another type is simply not there.</summary>
internal static class LenientJson
{
    public static JsonElement Property(this JsonElement element, ReadOnlySpan<byte> name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The text, or <see langword="null"/> also if it is empty.</summary>
    public static string? Text(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.Property(name);
        return value.ValueKind == JsonValueKind.String && !value.ValueEquals(""u8) ? value.GetString() : null;
    }

    public static long? Number(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.Property(name);
        if (value.ValueKind != JsonValueKind.Number)
        {
            return null;
        }

        // Casting saturates, so that no number of a server can throw.
        return value.TryGetInt64(out var number) ? number : (long)value.GetDouble();
    }

    /// <summary>The text, or the number as text: error codes are both.</summary>
    public static string? TextOrNumber(this JsonElement element, ReadOnlySpan<byte> name)
        => element.Property(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : element.Text(name);

    public static DateTimeOffset? UnixTime(this JsonElement element, ReadOnlySpan<byte> name)
        => element.Number(name) is { } seconds and > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>What a document is about: some of Google's come in an array.</summary>
    public static JsonElement Unwrap(this JsonElement root) => root.ValueKind == JsonValueKind.Array ? root.First() : root;

    /// <summary>The first element, or an undefined one.</summary>
    public static JsonElement First(this JsonElement element)
        => element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0 ? element[0] : default;
}
