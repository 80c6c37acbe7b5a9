using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads <c>usage</c>, which Moonshot streams inside the choice, and Groq in a field of its own.</summary>
internal static class UsageJson
{
    public static UsageDetails? Read(JsonElement root)
    {
        var usage = Find(root);
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var input = usage.Number("prompt_tokens"u8);
        var output = usage.Number("completion_tokens"u8);
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = usage.Number("total_tokens"u8) ?? input + output,
            CachedInputTokenCount = usage.Property("prompt_tokens_details"u8).Number("cached_tokens"u8)
                ?? usage.Number("prompt_cache_hit_tokens"u8) ?? usage.Number("cached_tokens"u8),
            ReasoningTokenCount = usage.Property("completion_tokens_details"u8).Number("reasoning_tokens"u8),
        };
    }

    private static JsonElement Find(JsonElement root)
    {
        var usage = root.Property("usage"u8);
        if (usage.ValueKind != JsonValueKind.Object)
        {
            usage = root.Property("choices"u8).First().Property("usage"u8);
        }

        return usage.ValueKind == JsonValueKind.Object ? usage : root.Property("x_groq"u8).Property("usage"u8);
    }
}
