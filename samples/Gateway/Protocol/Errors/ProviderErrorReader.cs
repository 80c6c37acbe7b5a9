using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmResilience;

namespace Gateway.Protocol.Errors;

/// <summary>Reads a provider's error response, whose body may be anything.</summary>
internal static class ProviderErrorReader
{
    public static GatewayError Read(PipelineResponse response)
    {
        // A redirect or a success that the SDK threw for is no status for our client.
        var status = response.Status is >= 400 and < 600 ? response.Status : StatusCodes.Status502BadGateway;
        var error = ReadBody(response);
        return new GatewayError(
            status,
            Text(error, "message") ?? $"The provider answered with status {response.Status}.",
            Text(error, "type") ?? (status < 500 ? "invalid_request_error" : "server_error"),
            error?["code"]?.ToString())
        {
            ProvidersError = error,
            RetryAfter = ReadRetryAfter(response.Headers),
        };
    }

    private static JsonObject? ReadBody(PipelineResponse response)
    {
        try
        {
            var root = JsonNode.Parse(response.Content) as JsonObject;
            return root?["error"] switch
            {
                JsonObject error => error,
                JsonValue message => new JsonObject { ["message"] = message.ToString() },

                // Some servers put it at the root.
                _ => Text(root, "message") is null ? null : root,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static TimeSpan? ReadRetryAfter(PipelineResponseHeaders headers)
    {
        if (headers.TryGetValue("retry-after-ms", out var milliseconds) && RetryAfterHeader.TryParseMilliseconds(milliseconds, out var retryAfter))
        {
            return retryAfter;
        }

        return headers.TryGetValue("Retry-After", out var value) && RetryAfterHeader.TryParse(value, DateTimeOffset.UtcNow, out retryAfter) ? retryAfter : null;
    }

    private static string? Text(JsonObject? json, string name)
        => json?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
