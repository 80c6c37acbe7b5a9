using System.Text;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Answers with one JSON object.</summary>
internal static class AnthropicWhole
{
    public static async Task<FaultVerdict> WriteAsync(AnthropicExchange exchange)
    {
        if (exchange.Gate.HasFault)
        {
            await exchange.StartAsync(JsonBody.ContentType).ConfigureAwait(false);
        }

        var verdict = await exchange.Gate.OnHeadersAsync().ConfigureAwait(false);
        var sent = 0;
        if (verdict == FaultVerdict.Continue)
        {
            (verdict, sent) = await CollectAsync(exchange).ConfigureAwait(false);
        }

        // An answer that ends early has been begun at least: it is sent, without a stop reason.
        if (verdict == FaultVerdict.Continue || (verdict == FaultVerdict.End && sent > 0))
        {
            var json = Encoding.UTF8.GetBytes(exchange.Message.ToJson(sent, isStopped: verdict == FaultVerdict.Continue, exchange.Gate.Shape).ToJsonString());
            JsonBody.SetHead(exchange.Http.Response, StatusCodes.Status200OK, json.Length);
            await exchange.Http.Response.StartAsync(CancellationToken.None).ConfigureAwait(false);
            exchange.Body.Write(json);

            // Clients may leave as soon as they have the body, before this returns: that is no abort.
            await exchange.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return verdict;
    }

    private static async Task<(FaultVerdict Verdict, int Sent)> CollectAsync(AnthropicExchange exchange)
    {
        var total = exchange.Message.OutputTokens;
        for (var sent = 0; sent < total; sent++)
        {
            var verdict = await exchange.Gate.BeforeTokenAsync(sent, isEnd: false).ConfigureAwait(false);
            if (verdict != FaultVerdict.Continue)
            {
                return (verdict, sent);
            }
        }

        return (await exchange.Gate.BeforeTokenAsync(total, isEnd: true).ConfigureAwait(false), total);
    }
}
