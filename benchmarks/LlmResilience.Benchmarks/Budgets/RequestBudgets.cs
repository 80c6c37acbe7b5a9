using LlmResilience.Benchmarks.Clients;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>A healthy request and a healthy stream, beside Polly's pipeline.</summary>
internal static class RequestBudgets
{
    // What a call that waits cost over the raw client's before it copied its messages: its timer, its cancellation, the note of who answered.
    private const double WaitingCall = 456;

    private static readonly int[] WaitingMessages = [1, 50];

    public static IEnumerable<Budget> Measure()
    {
        var (ours, polly) = (Contenders.Ours(), Contenders.Polly());
        var calls = Measurement.Compare(() => Contenders.CallAsync(ours), () => Contenders.CallAsync(polly));
        yield return Budget.Ratio("request, healthy", calls[0], calls[1], "Polly", 0.8);
        yield return Budget.Bytes("request, healthy: bytes", calls[0], calls[1], "Polly");

        var streams = Measurement.Compare(() => Contenders.StreamAsync(ours), () => Contenders.StreamAsync(polly));
        yield return Budget.Ratio("stream of 20 updates, healthy", streams[0], streams[1], "Polly", 0.7);
        yield return Budget.Bytes("stream of 20 updates: bytes", streams[0], streams[1], "Polly");

        foreach (var budget in MeasureWaiting())
        {
            yield return budget;
        }
    }

    private static IEnumerable<Budget> MeasureWaiting()
    {
        var awaited = new AwaitedClient();
        var ours = awaited.WithLlmResilience(llm => llm.AddEndpoint("backup", Contenders.Raw()));
        foreach (var count in WaitingMessages)
        {
            var messages = Contenders.History(count);
            var costs = Measurement.Compare(() => Wait(awaited, awaited, messages), () => Wait(ours, awaited, messages));
            var (raw, copy) = (costs[0].Bytes + WaitingCall, 24 + (8 * count));
            yield return new Budget(
                $"request that waits, {count} messages: bytes", $"{costs[1].Bytes:N0} B", $"raw {costs[0].Bytes:N0} B + the wait {WaitingCall:N0} B", $"+ {copy} B for the copy",
                costs[1].Bytes <= raw + copy + 0.5);
        }
    }

    private static ValueTask Wait(IChatClient client, AwaitedClient awaited, List<ChatMessage> messages) => new(AwaitedClient.Call(client, awaited, messages));
}
