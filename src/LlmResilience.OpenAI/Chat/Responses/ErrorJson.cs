using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Errors inside a body, whatever its status.</summary>
internal static class ErrorJson
{
    public const string Refusal = "Refusal";

    /// <summary>The error's object: <c>{"error": {...}}</c>, or the root itself as vLLM and DashScope write it.</summary>
    public static JsonElement Find(JsonElement root)
    {
        var error = root.Property("error"u8);
        if (error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
        {
            return error;
        }

        return root.Property("choices"u8).ValueKind == JsonValueKind.Undefined && root.Text("message"u8) is not null ? root : default;
    }

    public static string? CodeOf(JsonElement error) => error.TextOrNumber("code"u8);

    public static string? TypeOf(JsonElement error) => error.Text("type"u8);

    public static string? MessageOf(JsonElement error)
        => error.ValueKind == JsonValueKind.String ? error.GetString() : error.Text("message"u8);

    /// <summary>The content for an error in a response of status 200, or <see langword="null"/> if there is none.</summary>
    public static ErrorContent? Read(JsonElement root)
    {
        var error = Find(root);
        return error.ValueKind == JsonValueKind.Undefined
            ? null
            : new ErrorContent(MessageOf(error)) { ErrorCode = CodeOf(error) ?? TypeOf(error) ?? "error" };
    }
}
