using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Serves <c>POST /v1/messages</c>, and books how each request ended, and <c>GET /v1/models</c>.</summary>
internal sealed class AnthropicApi(
    SimulatedAnthropicServerOptions options, SimulatedFaults faults, SimulatedFaults modelListFaults, AnthropicRequestLog log, StatisticsRecorder statistics)
{
    public Task HandleAsync(HttpContext http, SimulatedGpu gpu)
    {
        http.Response.Headers["request-id"] = "req_simulated";
        if (http.Request.Path.Value is "/v1/models" && HttpMethods.IsGet(http.Request.Method))
        {
            return ListModelsAsync(http);
        }

        if (http.Request.Path.Value is not "/v1/messages")
        {
            return RefuseAsync(http, StatusCodes.Status404NotFound, $"Unknown path: {http.Request.Path.Value}");
        }

        return HttpMethods.IsPost(http.Request.Method)
            ? ServeAsync(http, gpu)
            : RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, $"Not allowed here: {http.Request.Method}");
    }

    private async Task RefuseAsync(HttpContext http, int status, string message)
    {
        await ReadAsync(http).ConfigureAwait(false);
        await AnthropicError.WriteAsync(http, status, message).ConfigureAwait(false);
    }

    private async Task ListModelsAsync(HttpContext http)
    {
        await ReadAsync(http).ConfigureAwait(false);
        var fault = modelListFaults.Take();
        var body = new ResponseBody(http.Response, fault?.Shape.IsByteByByte ?? false);
        try
        {
            var verdict = await new FaultGate(fault, new AnthropicFaultContext(http, body, options.TimeProvider, isStream: false)).OnRequestAsync().ConfigureAwait(false);
            if (verdict == FaultVerdict.Continue)
            {
                await WriteModelsAsync(http).ConfigureAwait(false);
            }

            await ConnectionEnd.ApplyAsync(http, verdict).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The app has left.
        }
    }

    private static Task WriteModelsAsync(HttpContext http) => JsonBody.WriteAsync(http, StatusCodes.Status200OK, static writer =>
    {
        writer.WriteStartArray("data");
        writer.WriteStartObject();
        writer.WriteString("type", "model");
        writer.WriteString("id", "simulated");
        writer.WriteString("display_name", "Simulated");
        writer.WriteString("created_at", "2026-01-01T00:00:00Z");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteBoolean("has_more", false);
        writer.WriteString("first_id", "simulated");
        writer.WriteString("last_id", "simulated");
    });

    private async Task ServeAsync(HttpContext http, SimulatedGpu gpu)
    {
        statistics.RequestStarted();
        var outcome = RequestOutcome.Failed;
        try
        {
            var verdict = await AnswerAsync(http).ConfigureAwait(false);
            outcome = verdict == FaultVerdict.Continue ? RequestOutcome.Completed : RequestOutcome.Failed;
            await ConnectionEnd.ApplyAsync(http, verdict).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (e.StatusCode != StatusCodes.Status400BadRequest)
        {
            await AnthropicError.WriteAsync(http, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Among them Kestrel's status 400: the app left while it was still sending its request.
            outcome = gpu.HasCrashed ? RequestOutcome.Failed : RequestOutcome.Aborted;
        }
        finally
        {
            statistics.RequestEnded(outcome);
        }
    }

    private async Task<FaultVerdict> AnswerAsync(HttpContext http)
    {
        var received = await ReadAsync(http).ConfigureAwait(false);
        if (Parse(received, out var error) is not { } request)
        {
            await AnthropicError.WriteAsync(http, StatusCodes.Status400BadRequest, error).ConfigureAwait(false);
            return FaultVerdict.Answered;
        }

        // About four characters make a token.
        var message = new AnthropicMessage(options.Answer, request["model"]!.ToString(), Math.Max(1, received.Body.Length / 4));
        return await SendAsync(http, message, request["stream"]?.GetValueKind() == JsonValueKind.True).ConfigureAwait(false);
    }

    private async Task<SimulatedAnthropicRequest> ReadAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = new SimulatedAnthropicRequest
        {
            Path = http.Request.Path.Value ?? "",
            Headers = http.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = await reader.ReadToEndAsync(http.RequestAborted).ConfigureAwait(false),
        };
        log.Add(request);
        return request;
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

    private static JsonObject? Parse(SimulatedAnthropicRequest received, out string error)
    {
        error = "anthropic-version: header is required";
        if (!received.Headers.ContainsKey("anthropic-version"))
        {
            return null;
        }

        try
        {
            error = "The request body is not valid JSON.";
            if (JsonNode.Parse(received.Body) is not JsonObject request)
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
