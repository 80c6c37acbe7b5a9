using Anthropic.Exceptions;

namespace LlmResilience.Anthropic;

/// <summary>Classifies the exceptions of Anthropic's SDK, by status, by the error's type in the body, and by what its message is known to say.</summary>
public sealed class AnthropicFailureClassifier : FailureClassifier
{
    private AnthropicFailureClassifier()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static AnthropicFailureClassifier Instance { get; } = new();

    /// <inheritdoc/>
    public override Failure? Classify(Exception exception, FailureClassifierContext context) => exception switch
    {
        AnthropicApiException failed => ErrorFailures.Classify(
            (int)failed.StatusCode, AnthropicErrorBody.Read(failed.Body), FailedResponseWait.Read(failed, context.TimeProvider)),

        // An event inside a response of status 200. It may come before the first token, and then all is as with a status.
        AnthropicServiceException inBand => ErrorFailures.Classify(status: null, AnthropicErrorBody.Read(inBand.Body), retryAfter: null),
        AnthropicInvalidDataException => new Failure(FailureKind.InvalidResponse),

        // The inner exception says why, and that one the core knows. The SDK's own property throws where there is none.
        AnthropicIOException => ((Exception)exception).InnerException is null ? new Failure(FailureKind.ConnectionFailed) : null,
        _ => null,
    };
}
