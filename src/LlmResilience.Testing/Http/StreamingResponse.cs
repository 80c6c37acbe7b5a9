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

        var verdict = await exchange.Gate.OnHeadersAsync().ConfigureAwait(false);
        if (verdict != FaultVerdict.Continue)
        {
            return verdict;
        }

        var writer = new ChunkWriter(response.BodyWriter, exchange.Head);
        var sent = 0;
        await foreach (var token in exchange.Sequence.Tokens.ReadAllAsync(disconnected).ConfigureAwait(false))
        {
            if (token == 0)
            {
                writer.WriteRole();
                await response.BodyWriter.FlushAsync(disconnected).ConfigureAwait(false);
            }

            verdict = await exchange.Gate.BeforeTokenAsync(sent, isEnd: false).ConfigureAwait(false);
            if (verdict != FaultVerdict.Continue)
            {
                return verdict;
            }

            writer.WriteToken(exchange.Answer[token], exchange.Answer.IsReasoning(token));
            await response.BodyWriter.FlushAsync(disconnected).ConfigureAwait(false);
            sent++;
        }

        verdict = await exchange.Gate.BeforeTokenAsync(sent, isEnd: true).ConfigureAwait(false);
        if (verdict != FaultVerdict.Continue)
        {
            return verdict;
        }

        writer.WriteFinish(exchange.Answer.FinishReason);
        if (exchange.Request.IncludeUsage)
        {
            writer.WriteUsage(exchange.Request, exchange.Answer, sent);
        }

        writer.WriteDone();

        // Clients leave when they have seen [DONE], perhaps before the flush returns: that is no abort.
        await response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return FaultVerdict.Continue;
    }
}
