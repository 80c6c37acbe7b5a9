using LlmResilience.Anthropic;

namespace LlmResilience;

/// <summary>For endpoints whose client the app makes itself.</summary>
public static class AnthropicEndpointFailureExtensions
{
    /// <summary>
    /// Understands the exceptions of Anthropic's SDK, and which of its updates are pieces of a tool call, for a client that is built on it but not by this package, such as Bedrock's or
    /// Vertex AI's. Such a client should not retry or time out by itself.
    /// </summary>
    /// <remarks>The SDK's exceptions keep no headers: how long to wait, <c>retry-after</c>, is known for this package's own clients only.</remarks>
    /// <param name="options">The endpoint's options.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public static EndpointOptions AddAnthropicFailures(this EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AppendFailureClassifier(AnthropicFailureClassifier.Instance);
        options.AddProgressDetector(ToolCallProgress.IsPiece);
        return options;
    }
}
