using System.Text.Json;

namespace LlmResilience.Testing;

internal static class Usage
{
    public static void Write(Utf8JsonWriter writer, ChatRequest request, Answer answer, int sent)
    {
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", request.PromptTokens);
        writer.WriteNumber("completion_tokens", sent);
        writer.WriteNumber("total_tokens", (long)request.PromptTokens + sent);
        if (answer.ReasoningTokens > 0)
        {
            writer.WriteStartObject("completion_tokens_details");
            writer.WriteNumber("reasoning_tokens", Math.Min(sent, answer.ReasoningTokens));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
