namespace LlmResilience.Testing;

/// <summary>A request that a <see cref="SimulatedAnthropicServer"/> received.</summary>
public sealed record SimulatedAnthropicRequest
{
    /// <summary>Gets the path, such as <c>/v1/messages</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>Gets the headers; names are compared without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the body as it came.</summary>
    public string Body { get; init; } = "";
}
