using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Answers with one JSON object when the last token is there.</summary>
internal static class WholeResponse
{
    public static async Task<FaultVerdict> WriteAsync(ChatExchange exchange)
    {
        if (exchange.Gate.HasFault)
        {
            var response = exchange.Http.Response;
            response.ContentType = JsonBody.ContentType;
            await response.StartAsync(exchange.Http.RequestAborted).ConfigureAwait(false);
            await response.BodyWriter.FlushAsync(exchange.Http.RequestAborted).ConfigureAwait(false);
        }

        var verdict = await exchange.Gate.OnHeadersAsync().ConfigureAwait(false);
        var sent = 0;
        if (verdict == FaultVerdict.Continue)
        {
            (verdict, sent) = await CollectAsync(exchange).ConfigureAwait(false);
        }

        // An answer that ends early has been begun at least: it is sent, without a finish reason.
        if (verdict == FaultVerdict.Continue || (verdict == FaultVerdict.End && sent > 0))
        {
            await WriteAsync(exchange, sent, verdict == FaultVerdict.Continue ? exchange.FinishReason : null).ConfigureAwait(false);
        }

        return verdict;
    }

    private static async Task<(FaultVerdict Verdict, int Sent)> CollectAsync(ChatExchange exchange)
    {
        var sent = 0;
        await foreach (var _ in exchange.Sequence.Tokens.ReadAllAsync(exchange.Http.RequestAborted).ConfigureAwait(false))
        {
            var verdict = await exchange.Gate.BeforeTokenAsync(sent, isEnd: false).ConfigureAwait(false);
            if (verdict != FaultVerdict.Continue)
            {
                return (verdict, sent);
            }

            sent++;
        }

        return (await exchange.Gate.BeforeTokenAsync(sent, isEnd: true).ConfigureAwait(false), sent);
    }

    private static async Task WriteAsync(ChatExchange exchange, int sent, string? finishReason)
    {
        var json = JsonBody.Serialize(writer => WriteMembers(writer, exchange, sent, finishReason));
        JsonBody.SetHead(exchange.Http.Response, StatusCodes.Status200OK, json.Length);
        await exchange.Http.Response.StartAsync(CancellationToken.None).ConfigureAwait(false);
        exchange.Body.Write(json.Span);

        // Clients may leave as soon as they have the body, before this returns: that is no abort.
        await exchange.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static void WriteMembers(Utf8JsonWriter writer, ChatExchange exchange, int sent, string? finishReason)
    {
        var (answer, head) = (exchange.Answer, exchange.Head);
        if (exchange.Gate.Shape.Padding > 0)
        {
            writer.WriteString("padding", new string('x', exchange.Gate.Shape.Padding));
        }

        writer.WriteString("id", head.Id);
        writer.WriteString("object", "chat.completion");
        writer.WriteNumber("created", head.Created.ToUnixTimeSeconds());
        writer.WriteString("model", head.Model);
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", 0);
        WriteMessage(writer, exchange, sent, isWhole: finishReason is not null);
        writer.WriteString("finish_reason", finishReason);
        writer.WriteEndObject();
        writer.WriteEndArray();
        Usage.Write(writer, exchange.Request, answer, sent);
    }

    private static void WriteMessage(Utf8JsonWriter writer, ChatExchange exchange, int sent, bool isWhole)
    {
        var (answer, dialect) = (exchange.Answer, exchange.Dialect);
        var reasoning = Math.Min(sent, answer.ReasoningTokens);
        var message = DialectMembers.Whole(
            dialect.ReasoningFormat, Encoding.UTF8.GetString(answer.Join(0, reasoning)), Encoding.UTF8.GetString(answer.Join(reasoning, sent)));
        if (isWhole && exchange.CallsTools)
        {
            message["tool_calls"] = new JsonArray(
                [.. Enumerable.Range(0, dialect.ToolCalls.Count).Select(number => DialectMembers.ToolCall(dialect, number, isStreamed: false))]);
        }

        if (isWhole)
        {
            foreach (var (name, value) in DialectMembers.Extras(dialect))
            {
                message[name] = value?.DeepClone();
            }
        }

        writer.WritePropertyName("message");
        message.WriteTo(writer);
    }
}
