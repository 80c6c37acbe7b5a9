using System.Net;
using System.Text.Json;

namespace LlmResilience.Anthropic;

/// <summary>
/// An error in a whole response of status 200, as some proxies send it. The SDK takes it for a message without content, and its exception
/// then says nothing of the cause; under the status that belongs to the error all is as with any other.
/// </summary>
internal static class ErrorUnderSuccess
{
    public static async Task CorrectAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // What is streamed is not whole, and reports its errors as events.
        if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType is "application/json"
            && ReadStatus(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)) is { } status)
        {
            response.StatusCode = (HttpStatusCode)status;
        }
    }

    private static int? ReadStatus(ReadOnlyMemory<byte> body)
    {
        // Hardly any answer has the word, and only one that does is worth a second parse.
        if (body.Span.IndexOf("\"error\""u8) < 0)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("error"u8, out var error) && error.ValueKind != JsonValueKind.Null && !root.TryGetProperty("content"u8, out _)
                ? ErrorFailures.InBandStatusOf(AnthropicErrorBody.Read(root).Type)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
