namespace LlmResilience.Testing;

/// <summary>A tool call in a <see cref="SimulatedAnthropicAnswer"/>.</summary>
/// <param name="Id">The call's id.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Input">The arguments, a JSON object.</param>
public sealed record SimulatedAnthropicToolCall(string Id, string Name, string Input);
