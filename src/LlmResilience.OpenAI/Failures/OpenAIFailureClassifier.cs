using System.ClientModel;
using System.ClientModel.Primitives;

namespace LlmResilience.OpenAI;

/// <summary>Classifies <see cref="ClientResultException"/> by its response: the codes, types and phrases in the body, the headers and the status.</summary>
public sealed class OpenAIFailureClassifier : FailureClassifier
{
    private OpenAIFailureClassifier()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static OpenAIFailureClassifier Instance { get; } = new();

    /// <inheritdoc/>
    public override Failure? Classify(Exception exception, FailureClassifierContext context)
    {
        // Without a response the request never got through, and the inner exception says why; that one the core knows.
        if (exception is not ClientResultException failed || failed.GetRawResponse() is not { } response)
        {
            return null;
        }

        return Failure.FromHttpResponse(response.Status, response.Headers, BodyOf(response).Span, context.TimeProvider.GetUtcNow());
    }

    private static ReadOnlyMemory<byte> BodyOf(PipelineResponse response)
    {
        try
        {
            return response.Content.ToMemory();
        }
        catch (InvalidOperationException)
        {
            // The body was never buffered, and classification is no place to wait for it.
            return default;
        }
    }
}
