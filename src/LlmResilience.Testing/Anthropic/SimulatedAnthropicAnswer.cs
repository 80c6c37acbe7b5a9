namespace LlmResilience.Testing;

/// <summary>What a <see cref="SimulatedAnthropicServer"/> answers: thinking, then text, then tool calls, each if there is any.</summary>
/// <remarks>Every word of the thinking and the text is one token and one event; arguments of tools come in pieces of eight characters.</remarks>
public sealed record SimulatedAnthropicAnswer
{
    /// <summary>Gets the thinking, which is signed at its end.</summary>
    /// <value>The default value is empty: none.</value>
    public string Thinking { get; init; } = "";

    /// <summary>Gets the text.</summary>
    /// <value>The default value is a short sentence; empty for none.</value>
    public string Text { get; init; } = "the river runs past old stone houses";

    /// <summary>Gets the tools that are called.</summary>
    /// <value>The default value is empty: none.</value>
    public IReadOnlyList<SimulatedAnthropicToolCall> ToolCalls { get; init; } = [];

    /// <summary>Gets why the model stopped, such as <c>max_tokens</c> or <c>refusal</c>.</summary>
    /// <value>The default value is <see langword="null"/>: <c>tool_use</c> if tools are called, else <c>end_turn</c>.</value>
    public string? StopReason { get; init; }
}
