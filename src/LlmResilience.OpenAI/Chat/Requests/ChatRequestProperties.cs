using System.Text.Json;

namespace LlmResilience.OpenAI;

/// <summary>Writes the properties of a request, except those that the app's own raw request sets, which it copies.</summary>
internal readonly struct ChatRequestProperties(Utf8JsonWriter json, JsonElement raw)
{
    public Utf8JsonWriter Json => json;

    public bool IsFree(string name) => raw.ValueKind != JsonValueKind.Object || !raw.TryGetProperty(name, out _);

    public JsonElement GetRaw(string name)
        => raw.ValueKind == JsonValueKind.Object && raw.TryGetProperty(name, out var value) ? value : default;

    public void Write(string name, float? value)
    {
        if (value is { } number && IsFree(name))
        {
            json.WriteNumber(name, number);
        }
    }

    public void Write(string name, long? value)
    {
        if (value is { } number && IsFree(name))
        {
            json.WriteNumber(name, number);
        }
    }

    public void Write(string name, bool? value)
    {
        if (value is { } flag && IsFree(name))
        {
            json.WriteBoolean(name, flag);
        }
    }

    public void Write(string name, string? value)
    {
        if (value is not null && IsFree(name))
        {
            json.WriteString(name, value);
        }
    }

    public void CopyRaw()
    {
        if (raw.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in raw.EnumerateObject())
        {
            // These are written from the call itself, tools merged with the raw ones.
            if (property.Name is not ("model" or "messages" or "stream" or "stream_options" or "tools"))
            {
                property.WriteTo(json);
            }
        }
    }
}
