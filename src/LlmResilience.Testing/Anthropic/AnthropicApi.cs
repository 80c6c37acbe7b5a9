using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Serves <c>POST /v1/messages</c>.</summary>
internal sealed class AnthropicApi(SimulatedAnthropicServerOptions options, SimulatedFaults faults, AnthropicRequestLog log)
{
    public async Task HandleAsync(HttpContext http)
    {
        log.Started();
        try
        {
            await AnswerAsync(http).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (e.StatusCode != StatusCodes.Status400BadRequest)
        {
            await AnthropicError.WriteAsync(http, e.StatusCode, e.Message).ConfigureAwait(false);
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
        http.Response.Headers["request-id"] = "req_simulated";
        if (path is not "/v1/messages")
        {
            await AnthropicError.WriteAsync(http, StatusCodes.Status404NotFound, $"Unknown path: {path}").ConfigureAwait(false);
        }
        else if (!HttpMethods.IsPost(http.Request.Method))
        {
            await AnthropicError.WriteAsync(http, StatusCodes.Status405MethodNotAllowed, $"Not allowed here: {http.Request.Method}").ConfigureAwait(false);
        }
        else if (Parse(body, headers, out var error) is not { } request)
        {
            await AnthropicError.WriteAsync(http, StatusCodes.Status400BadRequest, error).ConfigureAwait(false);
        }
        else
        {
            // About four characters make a token.
            var message = new AnthropicMessage(options.Answer, request["model"]!.ToString(), Math.Max(1, body.Length / 4));
            var verdict = await SendAsync(http, message, request["stream"]?.GetValueKind() == JsonValueKind.True).ConfigureAwait(false);
            await ConnectionEnd.ApplyAsync(http, verdict).ConfigureAwait(false);
        }
    }

    private async Task<FaultVerdict> SendAsync(HttpContext http, AnthropicMessage message, bool isStream)
    {
        var fault = faults.Take();
        var body = new ResponseBody(http.Response, fault?.Shape.IsByteByByte ?? false);
        var gate = new FaultGate(fault, new AnthropicFaultContext(http, body, options.TimeProvider, isStream));
        var verdict = await gate.OnRequestAsync().ConfigureAwait(false);
        if (verdict != FaultVerdict.Continue)
        {
            return verdict;
        }

        var exchange = new AnthropicExchange(http, message, body, gate);
        return await (isStream ? AnthropicStream.WriteAsync(exchange) : AnthropicWhole.WriteAsync(exchange)).ConfigureAwait(false);
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
