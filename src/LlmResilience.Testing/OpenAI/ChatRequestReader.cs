using System.Text.Json;

namespace LlmResilience.Testing;

/// <summary>Reads and checks the body of a chat completion.</summary>
internal static class ChatRequestReader
{
    /// <exception cref="InvalidChatRequestException">The body is not what OpenAI's API takes.</exception>
    public static async Task<ChatRequest> ReadAsync(Stream body, SimulatedOpenAIServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken).ConfigureAwait(false);
            return Read(document.RootElement, options);
        }
        catch (JsonException)
        {
            throw new InvalidChatRequestException("We could not parse the JSON body of your request.");
        }
    }

    private static ChatRequest Read(JsonElement root, SimulatedOpenAIServerOptions server)
    {
        Check(root.ValueKind == JsonValueKind.Object, "The body must be a JSON object.", null);
        Check(root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String, "You must provide a model parameter.", "model");
        Check((ReadInt(root, "n") ?? 1) == 1, "This server gives one choice only.", "n");

        var prompt = ReadMessages(root, server, out var last);
        return new()
        {
            Stream = ReadBool(root, "stream"),
            IncludeUsage = root.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object && ReadBool(options, "include_usage"),
            MaxTokens = ReadInt(root, "max_completion_tokens") ?? ReadInt(root, "max_tokens") ?? int.MaxValue,
            PromptTokens = prompt.Tokens,
            PromptHash = prompt.Hash,
            EndsWithToolResult = string.Equals(last, "tool", StringComparison.Ordinal),
        };
    }

    private static PromptMeter ReadMessages(JsonElement root, SimulatedOpenAIServerOptions server, out string? lastRole)
    {
        Check(
            root.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0,
            "'messages' must be an array with at least one message.",
            "messages");

        lastRole = null;
        var prompt = new PromptMeter();
        foreach (var message in messages.EnumerateArray())
        {
            Check(
                message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String,
                "Every message must be an object with a 'role'.",
                "messages");
            DialectCheck.Check(message, server.Dialect, hasReasoning: server.ReasoningTokenCount > 0);
            prompt.AddMessage(message);
            lastRole = message.GetProperty("role").GetString();
        }

        return prompt;
    }

    private static bool ReadBool(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        Check(value.ValueKind is JsonValueKind.True or JsonValueKind.False, $"'{name}' must be a boolean.", name);
        return value.GetBoolean();
    }

    private static int? ReadInt(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var number = 0;
        Check(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number) && number >= 1, $"'{name}' must be an integer of at least 1.", name);
        return number;
    }

    private static void Check(bool condition, string message, string? param)
    {
        if (!condition)
        {
            throw new InvalidChatRequestException(message, param);
        }
    }
}
