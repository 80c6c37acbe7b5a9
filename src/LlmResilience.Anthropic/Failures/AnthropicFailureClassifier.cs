using System.Text;
using System.Text.Json;
using Anthropic.Exceptions;

namespace LlmResilience.Anthropic;

/// <summary>Classifies the exceptions of Anthropic's SDK by the codes, types and phrases of the error, and by the status.</summary>
public sealed class AnthropicFailureClassifier : FailureClassifier
{
    // An event inside a response of this status. It may come before the first token, and then all is as with any other status.
    private const int InBand = 200;

    private AnthropicFailureClassifier()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static AnthropicFailureClassifier Instance { get; } = new();

    /// <inheritdoc/>
    public override Failure? Classify(Exception exception, FailureClassifierContext context) => exception switch
    {
        AnthropicApiException failed => Classify(failed, FailedResponse.Of(failed), context.TimeProvider),
        AnthropicServiceException inBand => Failure.FromHttpResponse(InBand, headers: null, BytesOf(inBand.Body), context.TimeProvider.GetUtcNow()) with { StatusCode = null },
        AnthropicInvalidDataException => new Failure(FailureKind.InvalidResponse),

        // The inner exception says why, and that one the core knows. The SDK's own property throws where there is none.
        AnthropicIOException => ((Exception)exception).InnerException is null ? new Failure(FailureKind.ConnectionFailed) : null,
        _ => null,
    };

    private static Failure Classify(AnthropicApiException failed, FailedResponse? response, TimeProvider timeProvider)
        => Failure.FromHttpResponse(
            response?.Status ?? (int)failed.StatusCode, response?.Headers, Encoding.UTF8.GetBytes(failed.ResponseBody ?? ""), timeProvider.GetUtcNow());

    private static byte[] BytesOf(JsonElement body) => body.ValueKind == JsonValueKind.Undefined ? [] : Encoding.UTF8.GetBytes(body.GetRawText());
}
