using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Finds the handler for a path.</summary>
internal sealed class OpenAIApi(SimulatedOpenAIServerOptions options, ChatCompletions chat, SimulatedFaults modelListFaults)
{
    public Task HandleAsync(HttpContext http, SimulatedGpu gpu, Action crash)
    {
        var path = http.Request.Path.Value;
        var method = path switch
        {
            "/v1/chat/completions" => HttpMethods.Post,
            "/v1/models" or "/health" => HttpMethods.Get,
            _ => null,
        };

        if (method is null)
        {
            return new OpenAIError($"Unknown path: {path}").WriteAsync(http, StatusCodes.Status404NotFound);
        }

        if (!HttpMethods.Equals(method, http.Request.Method))
        {
            http.Response.Headers.Allow = method;
            return new OpenAIError($"Not allowed here: {http.Request.Method}").WriteAsync(http, StatusCodes.Status405MethodNotAllowed);
        }

        return path switch
        {
            "/v1/chat/completions" => chat.HandleAsync(http, gpu, crash),
            "/v1/models" => ListModelsAsync(http),
            _ => Task.CompletedTask,
        };
    }

    private async Task ListModelsAsync(HttpContext http)
    {
        var fault = modelListFaults.Take();
        var body = new ResponseBody(http.Response, fault?.Shape.IsByteByByte ?? false);
        try
        {
            var verdict = await new FaultGate(fault, new OpenAIFaultContext(http, body, options.TimeProvider)).OnRequestAsync().ConfigureAwait(false);
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

    private Task WriteModelsAsync(HttpContext http) => JsonBody.WriteAsync(http, StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        writer.WriteStartObject();
        writer.WriteString("id", options.ModelId);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
        writer.WriteString("owned_by", "simulated");
        writer.WriteEndObject();
        writer.WriteEndArray();
    });
}
