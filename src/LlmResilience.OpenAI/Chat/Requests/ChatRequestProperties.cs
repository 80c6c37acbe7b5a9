using System.Text.Json;

namespace LlmResilience.OpenAI;

/// <summary>Writes the properties of a request, except those that the app's own raw request sets, which it copies.</summary>
internal readonly struct ChatRequestProperties(ChatRequestWriter request, RawRequest raw)
{
    public Utf8JsonWriter Json => request.Json;

    public bool IsFree(string name) => !raw.Has(name);

    public JsonElement GetRaw(string name) => raw.Get(name);

    public void Write(string name, float? value)
    {
        if (value is { } number && IsFree(name))
        {
            Json.WriteNumber(name, number);
        }
    }

    public void Write(string name, long? value)
    {
        if (value is { } number && IsFree(name))
        {
            Json.WriteNumber(name, number);
        }
    }

    public void Write(string name, bool? value)
    {
        if (value is { } flag && IsFree(name))
        {
            Json.WriteBoolean(name, flag);
        }
    }

    public void Write(string name, string? value)
    {
        if (value is not null && IsFree(name))
        {
            Json.WriteString(name, value);
        }
    }

    public void CopyRaw() => raw.CopyTo(request);

    public bool TryCopyRawArray(string name) => raw.TryCopyArray(name, request);
}
