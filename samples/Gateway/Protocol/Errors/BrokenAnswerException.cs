using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Errors;

/// <summary>The answer broke off, or the provider reported an error in the middle of it.</summary>
internal sealed class BrokenAnswerException(ErrorContent? reported, Exception? inner = null)
    : Exception("The answer broke off.", inner)
{
    // The library's word for an error that has no code.
    private const string WithoutCode = "error";

    /// <summary>What the client is told: the provider's own words, if it had any.</summary>
    public GatewayError Error { get; } = Describe(
        inner is null ? new(StatusCodes.Status502BadGateway, "The answer ended without a finish reason.", "server_error", "stream_interrupted") : ErrorReader.Read(inner),
        reported);

    private static GatewayError Describe(GatewayError error, ErrorContent? reported) => reported is null ? error : error with
    {
        Message = reported.Message is { Length: > 0 } message ? message : "The provider reported an error in the middle of its answer.",
        Code = reported.ErrorCode is { } code and not WithoutCode ? code : error.Code,
    };
}
