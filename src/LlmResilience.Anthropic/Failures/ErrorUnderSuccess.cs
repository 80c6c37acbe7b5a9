using System.Net;
using System.Text.Json;

namespace LlmResilience.Anthropic;

/// <summary>
/// An error in a whole response of status 200, as some proxies send it. The SDK takes it for a message without content, and its exception
/// then says nothing of the cause; under a status of failure all is as with any other.
/// </summary>
internal static class ErrorUnderSuccess
{
    public static async Task CorrectAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // What is streamed is not whole, and reports its errors as events.
        if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType is "application/json"
            && await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false) is var body && IsError(body))
        {
            response.StatusCode = (HttpStatusCode)StatusOf(Failure.FromHttpResponse((int)HttpStatusCode.OK, headers: null, body, DateTimeOffset.UnixEpoch).Kind);
        }
    }

    /// <summary>The status of the exception that the SDK is to throw.</summary>
    private static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.Unauthorized => 401,
        FailureKind.QuotaExhausted => 402,
        FailureKind.NotFound => 404,
        FailureKind.RateLimited => 429,
        FailureKind.Overloaded => 529,
        FailureKind.InvalidRequest or FailureKind.ContentFiltered or FailureKind.ContextLengthExceeded or FailureKind.NotSupported => 400,
        _ => 500,
    };

    private static bool IsError(ReadOnlyMemory<byte> body)
    {
        // Every answer has the word, nearly at its beginning, and only what has not is worth a second parse.
        if (body.Span.IndexOf("\"content\""u8) >= 0 && body.Span.IndexOf("\"error\""u8) < 0)
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && !root.TryGetProperty("content"u8, out _) && HasError(root);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // In the API's own shape, or in that of a gateway before it, which answers with 200 and a code of its own.
    private static bool HasError(JsonElement root)
        => (root.TryGetProperty("error"u8, out var error) && error.ValueKind != JsonValueKind.Null)
            || Has(root, "message"u8) || Has(root, "msg"u8) || Has(root, "detail"u8);

    private static bool Has(JsonElement root, ReadOnlySpan<byte> name) => root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String;
}
