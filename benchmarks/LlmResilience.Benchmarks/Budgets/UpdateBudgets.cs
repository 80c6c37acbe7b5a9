using LlmResilience.Benchmarks.Clients;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>What one more update of a stream costs, over the raw enumeration.</summary>
internal static class UpdateBudgets
{
    private const int Updates = 1000;

    public static IEnumerable<Budget> Measure(Machine machine)
    {
        var (raw, rawOne, ours, oursOne) = (Contenders.Raw(Updates), Contenders.Raw(1), Contenders.Ours(Updates), Contenders.Ours(1));
        var costs = Measurement.Compare(
            () => Contenders.StreamAsync(raw), () => Contenders.StreamAsync(rawOne), () => Contenders.StreamAsync(ours), () => Contenders.StreamAsync(oursOne));
        var extra = Measurement.Median(Enumerable.Range(0, costs[0].Rounds.Count)
            .Select(i => costs[2].Rounds[i] - costs[3].Rounds[i] - costs[0].Rounds[i] + costs[1].Rounds[i])) / (Updates - 1);
        yield return Budget.Time("one more update, synchronous, over raw", extra, 15, machine);
        yield return Budget.NoBytes("one more update, synchronous: bytes over raw", (costs[2].Bytes - costs[3].Bytes) / (Updates - 1));

        var (pumped, pumpedOne) = (new PumpedClient(Updates), new PumpedClient(1));
        var (behind, behindOne) = (new PumpedClient(Updates), new PumpedClient(1));
        var (guarded, guardedOne) = (behind.WithLlmResilience(), behindOne.WithLlmResilience());
        var later = Measurement.Compare(
            () => Pump(pumped, pumped), () => Pump(pumpedOne, pumpedOne), () => Pump(guarded, behind), () => Pump(guardedOne, behindOne));
        var (rawBytes, setUp) = (later[0].Bytes, later[3].Bytes - later[1].Bytes);
        yield return new Budget(
            "stream of 1000 asynchronous updates: bytes", $"{later[2].Bytes:N0} B", $"raw {rawBytes:N0} B + set-up {setUp:N0} B", "<= x 1.10",
            later[2].Bytes <= 1.1 * (rawBytes + setUp));
    }

    private static ValueTask Pump(IChatClient client, PumpedClient pumped)
    {
        PumpedClient.Enumerate(client, pumped);
        return default;
    }
}
