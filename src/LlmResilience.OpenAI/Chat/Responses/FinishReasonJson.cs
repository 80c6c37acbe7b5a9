using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads <c>finish_reason</c>.</summary>
internal static class FinishReasonJson
{
    /// <summary>The reason, or <see langword="null"/> while the answer goes on or if it failed.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="error">
    /// What happened if the server says with its reason that it broke off: passed on as a finish reason that would make a truncated answer
    /// look whole.
    /// </param>
    public static ChatFinishReason? Read(JsonElement choice, out ErrorContent? error)
    {
        error = null;
        var reason = choice.Property("finish_reason"u8);
        if (reason.ValueKind != JsonValueKind.String || reason.ValueEquals(""u8))
        {
            return null;
        }

        if (reason.ValueEquals("stop"u8))
        {
            return ChatFinishReason.Stop;
        }

        var text = reason.GetString()!;
        var meaning = MeaningOf(text);
        if (meaning is Meaning.Failed)
        {
            // OpenRouter tells in the choice what the provider behind it said.
            error = ErrorJson.Read(choice) ?? new ErrorContent(null) { ErrorCode = text };
        }

        return meaning switch
        {
            Meaning.GoesOn or Meaning.Failed => null,
            Meaning.Stop => ChatFinishReason.Stop,
            Meaning.Length => ChatFinishReason.Length,
            Meaning.ToolCalls => ChatFinishReason.ToolCalls,
            Meaning.ContentFilter => ChatFinishReason.ContentFilter,
            _ => new ChatFinishReason(text),
        };
    }

    // Google's own words come through its OpenAI endpoint and through relays, in capitals, or after a word of OpenAI's and a colon.
    private static Meaning MeaningOf(string reason)
    {
        var colon = reason.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? reason : reason[..colon]) switch
        {
            "null" => Meaning.GoesOn,
            "STOP" => Meaning.Stop,
            "length" or "MAX_TOKENS" => Meaning.Length,

            // Mistral; GLM.
            "model_length" or "model_context_window_exceeded" => Meaning.Length,
            "tool_calls" or "function_call" => Meaning.ToolCalls,
            "content_filter" => Meaning.ContentFilter,

            // GLM.
            "sensitive" => Meaning.ContentFilter,
            "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY" => Meaning.ContentFilter,

            // OpenRouter and Mistral; GLM; DeepSeek; vLLM and SGLang.
            "error" or "network_error" or "insufficient_system_resource" or "abort" or "engine_error" => Meaning.Failed,
            "function_call_filter" or "MALFORMED_FUNCTION_CALL" => Meaning.Failed,
            _ => Meaning.Other,
        };
    }

    private enum Meaning : byte
    {
        Other,
        GoesOn,
        Stop,
        Length,
        ToolCalls,
        ContentFilter,
        Failed,
    }
}
