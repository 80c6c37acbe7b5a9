using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads a whole response.</summary>
internal static class ChatResponseReader
{
    public static ChatResponse Read(BinaryData body, object rawRepresentation)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement.Unwrap();
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("The response is not a JSON object.");
        }

        var id = root.Text("id"u8);
        var message = new ChatMessage { Role = ChatRole.Assistant, MessageId = id, CreatedAt = root.UnixTime("created"u8) };
        return new ChatResponse(message)
        {
            ResponseId = id,
            ModelId = root.Text("model"u8),
            CreatedAt = message.CreatedAt,
            Usage = UsageJson.Read(root),
            FinishReason = ReadChoice(root, message.Contents),
            RawRepresentation = rawRepresentation,
        };
    }

    private static ChatFinishReason? ReadChoice(JsonElement root, IList<AIContent> contents)
    {
        var choice = root.Property("choices"u8).First();
        var reason = FinishReasonJson.Read(choice, out var failure);
        if ((ErrorJson.Read(root) ?? failure) is { } error)
        {
            contents.Add(error);
            return null;
        }

        var message = new MessageReader(isWhole: true);
        message.Read(choice.Property("message"u8), contents);
        message.ReadSources(root);
        message.Complete(contents, reason == ChatFinishReason.Length);
        return reason;
    }
}
