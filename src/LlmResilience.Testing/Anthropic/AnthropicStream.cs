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

        // Clients leave when they have seen the end, perhaps before the flush returns: that is no abort.
        var disconnected = exchange.Http.RequestAborted;
        var end = FaultVerdict.Continue;
        var sent = 0;
        foreach (var item in exchange.Message.ToEvents(gate.Shape))
        {
            if (item.IsEnd)
            {
                verdict = await gate.BeforeTokenAsync(sent, isEnd: true).ConfigureAwait(false);
                if (Ends(verdict))
                {
                    return verdict;
                }

                end = verdict == FaultVerdict.Skip ? FaultVerdict.Answered : end;
                disconnected = CancellationToken.None;
            }

            exchange.Body.Write(Encoding.UTF8.GetBytes(item.Text));
            await exchange.Body.FlushAsync(disconnected).ConfigureAwait(false);
            sent += item.IsToken ? 1 : 0;

            // A fault strikes right after a token, while its block is still open, and not only when the next one is due.
            if (item.IsStart || item.IsToken)
            {
                verdict = await gate.BeforeTokenAsync(sent, isEnd: false).ConfigureAwait(false);
                if (Ends(verdict))
                {
                    return verdict;
                }

                end = verdict == FaultVerdict.Skip ? FaultVerdict.Answered : end;
            }
        }

        return end;
    }

    private static bool Ends(FaultVerdict verdict) => verdict is not (FaultVerdict.Continue or FaultVerdict.Skip);
}
