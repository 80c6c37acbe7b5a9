using System.Text.Json.Nodes;
using Gateway.Protocol.Errors;
using Gateway.Protocol.Requests;
using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>
/// An answer in events. It begins with its first token: what fails before that is thrown, for a response with a real status. After it the
/// stream ends with a finish reason and <c>[DONE]</c>, or with an error event and without <c>[DONE]</c>.
/// </summary>
internal static class StreamedAnswer
{
    private static readonly byte[] Done = [.. "data: [DONE]\n\n"u8];

    public static async Task WriteAsync(HttpResponse http, IAsyncEnumerable<ChatResponseUpdate> stream, ChatCompletionRequest request, CancellationToken stopping)
    {
        var disconnected = http.HttpContext.RequestAborted;
        await using var updates = stream.GetAsyncEnumerator(disconnected);
        if (!await updates.MoveNextAsync())
        {
            throw new BrokenAnswerException(reported: null);
        }

        Begin(http, updates.Current);
        var chunks = new ChunkFactory(request.Model);
        try
        {
            do
            {
                await WriteAsync(http, chunks.Create(updates.Current));
            }
            while (await updates.MoveNextAsync());
        }
        catch (StreamInterruptedException filtered) when (filtered.Kind == FailureKind.ContentFiltered)
        {
            await WriteAsync(http, chunks.CreateFinish(ErrorReader.ContentFilter));
        }
        catch (Exception exception) when (!disconnected.IsCancellationRequested)
        {
            var isStopping = exception is OperationCanceledException && stopping.IsCancellationRequested;
            await WriteAsync(http, chunks.CreateError(isStopping ? GatewayError.Stopping : new BrokenAnswerException(chunks.Error, exception).Error));
            return;
        }

        if (!chunks.IsFinished)
        {
            await WriteAsync(http, chunks.CreateError(new BrokenAnswerException(chunks.Error).Error));
            return;
        }

        if (request.IncludeUsage)
        {
            await WriteAsync(http, chunks.CreateUsage());
        }

        await http.Body.WriteAsync(Done, disconnected);
    }

    private static void Begin(HttpResponse http, ChatResponseUpdate first)
    {
        AnswerHeaders.Write(http, first.GetLlmEndpoint(), first.AdditionalProperties);
        http.ContentType = "text/event-stream; charset=utf-8";
        http.Headers.CacheControl = "no-cache";

        // Proxies in front of us must not collect the tokens.
        http.Headers["X-Accel-Buffering"] = "no";
    }

    private static async Task WriteAsync(HttpResponse http, JsonObject? json)
    {
        if (json is null)
        {
            return;
        }

        // One write, so that no client sees half an event followed by silence.
        byte[] line = [.. "data: "u8, .. AnswerJson.Serialize(json), .. "\n\n"u8];
        await http.Body.WriteAsync(line, http.HttpContext.RequestAborted);
        await http.Body.FlushAsync(http.HttpContext.RequestAborted);
    }
}
