using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads <c>finish_reason</c>.</summary>
internal static class FinishReasonJson
{
    /// <summary>The reason, or <see langword="null"/> while the answer goes on.</summary>
    public static ChatFinishReason? Read(JsonElement choice)
    {
        var reason = choice.Property("finish_reason"u8);
        if (reason.ValueKind != JsonValueKind.String || reason.ValueEquals(""u8))
        {
            return null;
        }

        return reason.ValueEquals("stop"u8) ? ChatFinishReason.Stop : reason.GetString() switch
        {
            "length" or "model_context_window_exceeded" => ChatFinishReason.Length,
            "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
            "content_filter" or "sensitive" => ChatFinishReason.ContentFilter,
            var other => new ChatFinishReason(other!),
        };
    }

    /// <summary>
    /// Whether the server says with its reason that it broke off (OpenRouter, GLM, DeepSeek, vLLM and SGLang): passed on as a finish
    /// reason it would make a truncated answer look whole.
    /// </summary>
    public static bool IsFailure(ChatFinishReason? reason, [NotNullWhen(true)] out string? code)
    {
        code = reason?.Value;
        return code is "error" or "network_error" or "insufficient_system_resource" or "abort";
    }
}
