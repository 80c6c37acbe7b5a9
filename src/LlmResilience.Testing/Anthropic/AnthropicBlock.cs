using System.Text.Json.Nodes;

namespace LlmResilience.Testing;

/// <summary>One content block: how it starts, its pieces, and how it looks as a whole.</summary>
internal sealed class AnthropicBlock
{
    private const int InputPiece = 8;

    public required IReadOnlyList<string> Pieces { get; init; }

    public required Func<JsonNode> Empty { get; init; }

    public required Func<string, JsonNode> Delta { get; init; }

    /// <summary>How it looks with all of its pieces, or those so far; <see langword="null"/> if it cannot be shown unfinished.</summary>
    public required Func<string, JsonNode?> Whole { get; init; }

    public bool IsThinking { get; init; }

    public static AnthropicBlock Text(string text) => new()
    {
        Pieces = Words(text),
        Empty = static () => Node("text", "text", ""),
        Delta = static piece => Node("text_delta", "text", piece),
        Whole = static text => Node("text", "text", text),
    };

    public static AnthropicBlock Thinking(string thinking, string signature) => new()
    {
        Pieces = Words(thinking),
        Empty = static () => Node("thinking", "thinking", "", ("signature", "")),
        Delta = static piece => Node("thinking_delta", "thinking", piece),
        Whole = text => Node("thinking", "thinking", text, ("signature", signature)),
        IsThinking = true,
    };

    public static AnthropicBlock ToolUse(SimulatedAnthropicToolCall call) => new()
    {
        Pieces = [.. call.Input.Chunk(InputPiece).Select(static piece => new string(piece))],
        Empty = () => Node("tool_use", "id", call.Id, ("name", call.Name), ("input", new JsonObject())),
        Delta = static piece => Node("input_json_delta", "partial_json", piece),
        Whole = input => string.Equals(input, call.Input, StringComparison.Ordinal) ? Node("tool_use", "id", call.Id, ("name", call.Name), ("input", JsonNode.Parse(input))) : null,
    };

    private static JsonObject Node(string type, string name, JsonNode value, params (string Name, JsonNode? Value)[] more)
    {
        var node = new JsonObject { ["type"] = type, [name] = value };
        foreach (var (key, other) in more)
        {
            node[key] = other;
        }

        return node;
    }

    private static string[] Words(string text)
    {
        var words = text.Split(' ');
        return [.. words.Select((word, i) => i == 0 ? word : " " + word)];
    }
}
