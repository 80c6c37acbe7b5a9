namespace LlmResilience.Testing;

/// <summary>A request that a <see cref="SimulatedAnthropicServer"/> received.</summary>
/// <param name="Path">The path, such as <c>/v1/messages</c>.</param>
/// <param name="Headers">The headers; names are compared without case.</param>
/// <param name="Body">The body as it came.</param>
public sealed record SimulatedAnthropicRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
