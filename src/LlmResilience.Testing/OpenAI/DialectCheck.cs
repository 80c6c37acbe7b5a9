using System.Text.Json;

namespace LlmResilience.Testing;

/// <summary>Refuses a conversation in which the server misses what it said itself.</summary>
internal static class DialectCheck
{
    /// <exception cref="InvalidChatRequestException">A tool call is without the reasoning that came with it.</exception>
    public static void Check(JsonElement message, SimulatedOpenAIDialect dialect, bool hasReasoning)
    {
        if (!dialect.RequiresReasoning || Property(message, "tool_calls") is not { ValueKind: JsonValueKind.Array } calls || calls.GetArrayLength() == 0)
        {
            return;
        }

        if (dialect.SignsToolCalls && !IsSigned(calls[0]))
        {
            throw new InvalidChatRequestException("Function call is missing a thought_signature in functionCall parts.");
        }

        if (hasReasoning && !HasReasoning(message, dialect.ReasoningFormat))
        {
            throw new InvalidChatRequestException($"The `{NameOf(dialect.ReasoningFormat)}` in the thinking mode must be passed back to the API.");
        }
    }

    private static bool IsSigned(JsonElement call)
        => Property(Property(Property(call, "extra_content"), "google"), "thought_signature") is { ValueKind: JsonValueKind.String } signature
            && signature.ValueEquals(DialectMembers.Signature);

    private static bool HasReasoning(JsonElement message, SimulatedReasoningFormat format) => format switch
    {
        SimulatedReasoningFormat.ReasoningDetails => First(Property(message, "reasoning_details")) is var detail
            && Property(detail, "signature") is { ValueKind: JsonValueKind.String } signature && signature.ValueEquals(DialectMembers.Signature),
        SimulatedReasoningFormat.ThinkingBlocks => Property(First(Property(message, "content")), "type") is { ValueKind: JsonValueKind.String } type
            && type.ValueEquals("thinking"),
        _ => Property(message, NameOf(format)).ValueKind == JsonValueKind.String,
    };

    private static string NameOf(SimulatedReasoningFormat format)
        => DialectMembers.PlainFieldOf(format) ?? (format == SimulatedReasoningFormat.ReasoningDetails ? "reasoning_details" : "thinking");

    private static JsonElement First(JsonElement array) => array.ValueKind == JsonValueKind.Array && array.GetArrayLength() > 0 ? array[0] : default;

    private static JsonElement Property(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
