using System.Text;
using System.Text.Json;

namespace LlmResilience.Failures;

/// <summary>Makes JSON of JSON that was cut: what is open is closed behind the last value that is whole.</summary>
internal static class CutJson
{
    /// <summary>The text as UTF-8, completed if it was cut.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static byte[] Complete(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, state: default);
        var open = new Stack<byte>();
        long whole = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push((byte)'}');
                    break;
                case JsonTokenType.StartArray:
                    open.Push((byte)']');
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    continue;
            }

            whole = reader.BytesConsumed;
        }

        // A name without its value opens nothing, so what is open is what was open behind the last whole value.
        return open.Count == 0 ? bytes : [.. bytes[..(int)whole], .. open];
    }
}
