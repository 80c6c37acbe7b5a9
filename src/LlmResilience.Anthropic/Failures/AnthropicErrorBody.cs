using System.Text.Json;

namespace LlmResilience.Anthropic;

/// <summary>The error in the body of a failed response or of an <c>error</c> event, which may be anything: a proxy's page, cut, or not there.</summary>
/// <param name="Type">The error's type, such as <c>overloaded_error</c>; a compatible server's code if there is no type.</param>
/// <param name="Code">What names the cause more closely, if anything does.</param>
/// <param name="Message">The message, for people.</param>
internal readonly record struct AnthropicErrorBody(string? Type, string? Code, string? Message)
{
    public static AnthropicErrorBody Read(JsonElement body)
    {
        var error = Property(body, "error"u8);
        return new(
            Text(error, "type"u8) ?? Text(error, "code"u8),
            Text(Property(error, "details"u8), "error_code"u8),
            error.ValueKind == JsonValueKind.String ? error.GetString() : Text(error, "message"u8));
    }

    private static JsonElement Property(JsonElement element, ReadOnlySpan<byte> name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, ReadOnlySpan<byte> name)
        => Property(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
