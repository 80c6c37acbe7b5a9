namespace LlmResilience.Testing;

/// <summary>What the server needs to know of a chat completion.</summary>
internal sealed record ChatRequest
{
    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    public int MaxTokens { get; init; } = int.MaxValue;

    public int PromptTokens { get; init; }

    /// <summary>Gets whether the last message is a tool's result.</summary>
    public bool EndsWithToolResult { get; init; }

    /// <summary>Gets a number that is equal for equal prompts, on every machine.</summary>
    public uint PromptHash { get; init; }
}
