using System.Text.Json;

namespace LlmResilience.Testing;

/// <summary>Measures a prompt: its length in tokens, and a hash of its text.</summary>
internal sealed class PromptMeter
{
    private const int CharactersPerToken = 4;
    private const int TokensPerMessage = 4;

    private long _characters;
    private int _messages;

    public uint Hash { get; private set; } = 2166136261;

    public int Tokens => (int)Math.Min(int.MaxValue, (_messages * TokensPerMessage) + (_characters / CharactersPerToken));

    public void AddMessage(JsonElement message)
    {
        _messages++;
        if (message.TryGetProperty("content", out var content))
        {
            Add(content);
        }
    }

    private void Add(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            Add(content.GetString()!);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    Add(text.GetString()!);
                }
            }
        }
    }

    private void Add(string text)
    {
        _characters += text.Length;
        foreach (var c in text)
        {
            Hash = unchecked((Hash ^ c) * 16777619);
        }
    }
}
