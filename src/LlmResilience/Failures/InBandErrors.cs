using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.Failures;

/// <summary>Errors that a client hands out as content, inside a response of status 200.</summary>
internal static class InBandErrors
{
    // Microsoft's adapters report a refusal, which is an answer, as an error of this code.
    private const string Refusal = "Refusal";

    /// <summary>Whether it is no error but the model's refusal to answer.</summary>
    public static bool IsRefusal(ErrorContent error) => string.Equals(error.ErrorCode, Refusal, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the error's code and text name, else <see cref="FailureKind.ServerError"/>.</summary>
    /// <remarks>A client that keeps the error as it came, as JSON, in the content's raw representation tells more, such as how long to wait.</remarks>
    public static Failure Classify(ErrorContent error, DateTimeOffset utcNow)
    {
        var report = error.RawRepresentation is JsonElement json
            ? ErrorBody.Read(Encoding.UTF8.GetBytes(json.GetRawText()), utcNow)
            : ErrorReport.Of(error.ErrorCode, error.Message, error.Details);
        return ResponseVerdict.Of(ResponseVerdict.InBand, [], report, utcNow) with { StatusCode = null, ErrorCode = error.ErrorCode };
    }
}
