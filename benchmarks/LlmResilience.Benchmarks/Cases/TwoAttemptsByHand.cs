using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>What two attempts cost by themselves: one fails, its exception is caught, the other answers.</summary>
internal static class TwoAttemptsByHand
{
    public static async ValueTask CallAsync(IChatClient failing, IChatClient answering)
    {
        try
        {
            await failing.GetResponseAsync(Contenders.Messages).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            await answering.GetResponseAsync(Contenders.Messages).ConfigureAwait(false);
        }
    }

    public static async ValueTask StreamAsync(IChatClient failing, IChatClient answering)
    {
        try
        {
            // As bare as can be: each further level that the exception is thrown through would cost the peer more.
            var updates = failing.GetStreamingResponseAsync(Contenders.Messages).GetAsyncEnumerator();
            await using (updates.ConfigureAwait(false))
            {
                await updates.MoveNextAsync().ConfigureAwait(false);
            }
        }
        catch (HttpRequestException)
        {
            await Contenders.StreamAsync(answering).ConfigureAwait(false);
        }
    }
}
