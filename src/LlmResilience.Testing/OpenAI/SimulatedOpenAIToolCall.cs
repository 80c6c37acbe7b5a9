namespace LlmResilience.Testing;

/// <summary>A tool call that a <see cref="SimulatedOpenAIServer"/> makes.</summary>
/// <param name="Id">The call's id.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">The arguments, as text.</param>
public sealed record SimulatedOpenAIToolCall(string Id, string Name, string Arguments);
