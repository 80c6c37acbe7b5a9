using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Errors inside a body of status 200.</summary>
internal static class ErrorJson
{
    public const string Refusal = "Refusal";

    /// <summary>The content for an error in a response of status 200, or <see langword="null"/> if there is none. It keeps the error as it came.</summary>
    public static ErrorContent? Read(JsonElement root)
    {
        // Gemini sends its errors in an array.
        var body = root.ValueKind == JsonValueKind.Array ? root.First() : root;
        var error = Find(body);
        return error.ValueKind == JsonValueKind.Undefined
            ? null
            : new ErrorContent(MessageOf(error)) { ErrorCode = error.TextOrNumber("code"u8) ?? error.Text("type"u8) ?? "error", RawRepresentation = body.Clone() };
    }

    // {"error": {...}}, {"error": "text"}, or the root itself where it is no answer (vLLM, DashScope, FastAPI, gateways).
    private static JsonElement Find(JsonElement root)
    {
        var error = root.Property("error"u8);
        if (error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
        {
            return error;
        }

        var isAnswer = root.Property("choices"u8).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
        return !isAnswer && HasMessage(root) ? root : default;
    }

    private static bool HasMessage(JsonElement root)
        => root.Text("message"u8) is not null || root.Text("msg"u8) is not null || root.Text("detail"u8) is not null || root.Text("error_msg"u8) is not null
            || root.Property("detail"u8).ValueKind is JsonValueKind.Array or JsonValueKind.Object || root.Property("errors"u8).First().ValueKind == JsonValueKind.Object;

    private static string? MessageOf(JsonElement error)
        => error.ValueKind == JsonValueKind.String ? error.GetString() : error.Text("message"u8) ?? error.Text("msg"u8);
}
