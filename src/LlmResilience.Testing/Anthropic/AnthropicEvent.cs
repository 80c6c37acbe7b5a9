using System.Text.Json.Nodes;

namespace LlmResilience.Testing;

/// <summary>One server-sent event of Anthropic's protocol.</summary>
internal sealed class AnthropicEvent
{
    public AnthropicEvent(string type, params (string Name, JsonNode? Value)[] members)
    {
        var data = new JsonObject { ["type"] = type };
        foreach (var (name, value) in members)
        {
            data[name] = value;
        }

        Text = $"event: {type}\ndata: {data.ToJsonString()}\n\n";
    }

    public static AnthropicEvent Ping { get; } = new("ping");

    public string Text { get; }

    /// <summary>Whether it opens the message.</summary>
    public bool IsStart { get; init; }

    /// <summary>Whether it carries a token.</summary>
    public bool IsToken { get; init; }

    /// <summary>Whether it carries the stop reason.</summary>
    public bool IsEnd { get; init; }
}
