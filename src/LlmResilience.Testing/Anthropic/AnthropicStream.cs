using System.Buffers;
using System.Text;

namespace LlmResilience.Testing;

/// <summary>Answers event by event.</summary>
internal static class AnthropicStream
{
    public static async Task<FaultVerdict> WriteAsync(AnthropicExchange exchange)
    {
        await exchange.StartAsync("text/event-stream; charset=utf-8").ConfigureAwait(false);
        var gate = exchange.Gate;
        var verdict = await gate.OnHeadersAsync().ConfigureAwait(false);
        if (verdict != FaultVerdict.Continue)
        {
            return verdict;
        }

        var sent = 0;
        foreach (var item in exchange.Message.ToEvents(gate.Shape))
        {
            if (item.IsEnd && Ends(verdict = await gate.BeforeTokenAsync(sent, isEnd: true).ConfigureAwait(false)))
            {
                return verdict;
            }

            exchange.Body.Write(Encoding.UTF8.GetBytes(item.Text));
            await exchange.Body.FlushAsync(exchange.Http.RequestAborted).ConfigureAwait(false);
            sent += item.IsToken ? 1 : 0;

            // A fault strikes right after a token, while its block is still open, and not only when the next one is due.
            if ((item.IsStart || item.IsToken) && Ends(verdict = await gate.BeforeTokenAsync(sent, isEnd: false).ConfigureAwait(false)))
            {
                return verdict;
            }
        }

        return FaultVerdict.Continue;
    }

    private static bool Ends(FaultVerdict verdict) => verdict is not (FaultVerdict.Continue or FaultVerdict.Skip);
}
