using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>Writes the usage, where the provider's own JSON is not at hand.</summary>
internal static class UsageJson
{
    public static JsonObject Create(UsageDetails usage) => new()
    {
        ["prompt_tokens"] = usage.InputTokenCount ?? 0,
        ["completion_tokens"] = usage.OutputTokenCount ?? 0,
        ["total_tokens"] = usage.TotalTokenCount ?? (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0),
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedInputTokenCount ?? 0 },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.ReasoningTokenCount ?? 0 },
    };
}
