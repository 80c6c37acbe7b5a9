namespace LlmResilience.Testing;

/// <summary>Answers token by token, as server-sent events.</summary>
internal static class StreamingResponse
{
    public static async Task<FaultVerdict> WriteAsync(ChatExchange exchange)
    {
        var response = exchange.Http.Response;
        var disconnected = exchange.Http.RequestAborted;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        await response.StartAsync(disconnected).ConfigureAwait(false);
        await response.BodyWriter.FlushAsync(disconnected).ConfigureAwait(false);

        var writer = exchange.Context.Chunks = new ChunkWriter(exchange.Body, exchange.Head);
        var verdict = await exchange.Gate.OnHeadersAsync().ConfigureAwait(false);
        if (verdict != FaultVerdict.Continue)
        {
            return verdict;
        }

        var end = FaultVerdict.Continue;
        var sent = 0;
        await foreach (var token in exchange.Sequence.Tokens.ReadAllAsync(disconnected).ConfigureAwait(false))
        {
            if (token == 0)
            {
                writer.WriteRole();
                await exchange.Body.FlushAsync(disconnected).ConfigureAwait(false);
            }

            verdict = await exchange.Gate.BeforeTokenAsync(sent, isEnd: false).ConfigureAwait(false);
            if (verdict == FaultVerdict.Continue)
            {
                WriteToken(exchange, writer, token);
                await exchange.Body.FlushAsync(disconnected).ConfigureAwait(false);
            }
            else if (verdict == FaultVerdict.Skip)
            {
                end = FaultVerdict.Answered;
            }
            else
            {
                return verdict;
            }

            sent++;
        }

        verdict = await exchange.Gate.BeforeTokenAsync(sent, isEnd: true).ConfigureAwait(false);
        if (verdict is not (FaultVerdict.Continue or FaultVerdict.Skip))
        {
            return verdict;
        }

        writer.WriteFinish(exchange.Answer.FinishReason);
        if (exchange.Request.IncludeUsage)
        {
            writer.WriteUsage(exchange.Request, exchange.Answer, sent);
        }

        if (!exchange.Gate.Shape.OmitsDoneEvent)
        {
            writer.WriteDone();
        }

        // Clients leave when they have seen [DONE], perhaps before the flush returns: that is no abort.
        await exchange.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return end;
    }

    private static void WriteToken(ChatExchange exchange, ChunkWriter writer, int token)
    {
        var text = exchange.Answer[token];
        var isReasoning = exchange.Answer.IsReasoning(token);
        if (token == 0 && exchange.Gate.Shape.Padding > 0)
        {
            writer.WritePaddedToken(text, isReasoning, exchange.Gate.Shape.Padding);
        }
        else
        {
            writer.WriteToken(text, isReasoning);
        }
    }
}
