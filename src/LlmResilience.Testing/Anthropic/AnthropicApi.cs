using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Serves <c>POST /v1/messages</c>.</summary>
internal sealed class AnthropicApi(SimulatedAnthropicServerOptions options, SimulatedAnthropicFaults faults, AnthropicRequestLog log)
{
    public async Task HandleAsync(HttpContext http)
    {
        log.Started();
        try
        {
            await AnswerAsync(http).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client left, or the server stops: nobody is there to be told.
        }
        finally
        {
            log.Ended();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted).ConfigureAwait(false);
        var headers = http.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var path = http.Request.Path.Value ?? "";
        log.Add(new(path, headers, body));
        var response = new AnthropicResponse(http, options);
        if (path is not "/v1/messages")
        {
            await response.WriteErrorAsync(404, $"Unknown path: {path}").ConfigureAwait(false);
        }
        else if (!HttpMethods.IsPost(http.Request.Method))
        {
            await response.WriteErrorAsync(405, $"Not allowed here: {http.Request.Method}").ConfigureAwait(false);
        }
        else if (Parse(body, headers, out var error) is not { } request)
        {
            await response.WriteErrorAsync(400, error).ConfigureAwait(false);
        }
        else
        {
            // About four characters make a token.
            var message = new AnthropicMessage(options.Answer, request["model"]!.ToString(), Math.Max(1, body.Length / 4));
            var fault = faults.Take();
            var streaming = request["stream"]?.GetValueKind() == JsonValueKind.True;
            await (streaming ? response.StreamAsync(message, fault) : response.SendAsync(message, fault)).ConfigureAwait(false);
        }
    }

    private static JsonObject? Parse(string body, Dictionary<string, string> headers, out string error)
    {
        error = "anthropic-version: header is required";
        if (!headers.ContainsKey("anthropic-version"))
        {
            return null;
        }

        try
        {
            error = "The request body is not valid JSON.";
            if (JsonNode.Parse(body) is not JsonObject request)
            {
                return null;
            }

            foreach (var name in (ReadOnlySpan<string>)["model", "max_tokens", "messages"])
            {
                if (request[name] is null)
                {
                    error = $"{name}: Field required";
                    return null;
                }
            }

            return request;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
