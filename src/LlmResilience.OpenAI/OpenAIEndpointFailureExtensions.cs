using LlmResilience.OpenAI;

namespace LlmResilience;

/// <summary>For endpoints whose client the app makes itself.</summary>
public static class OpenAIEndpointFailureExtensions
{
    /// <summary>
    /// Understands the exceptions of the OpenAI SDK, and which of its updates are pieces of a tool call, for a client that is built on it but not by this package, such as Azure's or
    /// Microsoft's adapter. Such a client should not retry or time out by itself.
    /// </summary>
    /// <param name="options">The endpoint's options.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public static EndpointOptions AddOpenAIFailures(this EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AppendFailureClassifier(OpenAIFailureClassifier.Instance);
        options.AddProgressDetector(ToolCallProgress.IsPiece);
        return options;
    }
}
