using System.Text.Json.Nodes;

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

        var writer = exchange.Context.Chunks = new ChunkWriter(exchange.Body, exchange.Head, exchange.Dialect.ReasoningFormat);
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

        WriteEnd(exchange, writer, sent);
        if (!exchange.Gate.Shape.OmitsDoneEvent)
        {
            writer.WriteDone();
        }

        // Clients leave when they have seen [DONE], perhaps before the flush returns: that is no abort.
        await exchange.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return end;
    }

    private static void WriteEnd(ChatExchange exchange, ChunkWriter writer, int sent)
    {
        var dialect = exchange.Dialect;
        if (exchange.CallsTools)
        {
            for (var i = 0; i < dialect.ToolCalls.Count; i++)
            {
                writer.WriteDelta(new JsonObject { ["tool_calls"] = new JsonArray(DialectMembers.ToolCall(dialect, i, isStreamed: true)) });
            }
        }

        if (DialectMembers.Extras(dialect) is { Count: > 0 } extras)
        {
            writer.WriteDelta(extras);
        }

        var usage = ChunkWriter.UsageOf(exchange.Request, exchange.Answer, exchange.Request.PromptTokens, sent);
        writer.WriteFinish(exchange.FinishReason, dialect.UsageStyle == SimulatedUsageStyle.FinishEvent ? usage : null);
        if (dialect.UsageStyle == SimulatedUsageStyle.LastEvent && exchange.Request.IncludeUsage)
        {
            writer.WriteLastUsage(usage);
        }
    }

    private static void WriteToken(ChatExchange exchange, ChunkWriter writer, int token)
    {
        WriteText(exchange, writer, token);
        if (token + 1 == exchange.Answer.ReasoningTokens && DialectMembers.ReasoningEnd(exchange.Dialect.ReasoningFormat) is { } end)
        {
            writer.WriteDelta(end);
        }

        var prompt = exchange.Request.PromptTokens;
        if (exchange.Dialect.UsageStyle == SimulatedUsageStyle.RunningTotals)
        {
            writer.WriteUsage(ChunkWriter.UsageOf(exchange.Request, exchange.Answer, prompt, token + 1));
        }
        else if (exchange.Dialect.UsageStyle == SimulatedUsageStyle.Increments)
        {
            // The last one brings nothing new, as with relays that count by event: a total would never fall.
            var isLast = token + 1 == exchange.Answer.Tokens;
            writer.WriteUsage(ChunkWriter.UsageOf(exchange.Request, exchange.Answer, token == 0 ? prompt : 0, 1));
            if (isLast)
            {
                writer.WriteUsage(ChunkWriter.UsageOf(exchange.Request, exchange.Answer, promptTokens: 0, sent: 0));
            }
        }
    }

    private static void WriteText(ChatExchange exchange, ChunkWriter writer, int token)
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
