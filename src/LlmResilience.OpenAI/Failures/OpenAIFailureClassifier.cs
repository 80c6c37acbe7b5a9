using System.ClientModel;

namespace LlmResilience.OpenAI;

/// <summary>Classifies <see cref="ClientResultException"/>, by status and by the error code in the body.</summary>
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

        var retryAfter = RetryAfterHeaders.Read(response.Headers, response.Status, context.TimeProvider.GetUtcNow());
        var (code, type, message) = OpenAIErrorBody.Read(response);
        var failure = Failure.FromHttpStatus(response.Status, code ?? type, message, retryAfter);
        if (code is null || type is null || failure.Kind != Failure.FromHttpStatus(response.Status).Kind)
        {
            return failure;
        }

        // The code said no more than the status. Some servers put the word that matters into the type.
        var byType = Failure.FromHttpStatus(response.Status, type, message, retryAfter);
        return byType.Kind == failure.Kind ? failure : byType;
    }
}
