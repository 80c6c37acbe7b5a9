using LlmResilience.Chains;

namespace LlmResilience.LoadBalancing;

/// <summary>Each endpoint in turn, as often as its weight says and spread out evenly (nginx's smooth weighted round robin).</summary>
/// <remarks>
/// The order of one round is made once; a choice is one step of a counter. Turns of endpoints that are not there are dealt by a second
/// counter over the same order, so that they fall to all others by weight: given to the next in the order, they would double its load.
/// </remarks>
internal sealed class RoundRobin(EndpointGroup group) : Balancer
{
    // A round has so many turns at most, and one for each endpoint at least: beyond it weights are scaled and rounded, so that a share is
    // off by half a turn at most, 1/8192 of all requests.
    private const int MostTurns = 4096;

    private int[]? _round;
    private long _turn = -1;
    private long _spareTurn = -1;

    public override int Choose(in Choice choice)
    {
        // Made by the first request: most chains that are made for a moment never choose. Two threads make the same.
        var round = _round ??= RoundOf(group);
        var index = Next(round, ref _turn);
        if (choice.IsEligible(index))
        {
            return index;
        }

        for (var i = 0; i < group.Count; i++)
        {
            index = Next(round, ref _spareTurn);
            if (choice.IsEligible(index))
            {
                return index;
            }
        }

        // Hardly anybody is there: others take turns at the same counter, or heavy ones that are not there fill the round.
        var start = Next(round, ref _spareTurn);
        for (var i = 0; i < group.Count; i++)
        {
            index = (start + i) % group.Count;
            if (choice.IsEligible(index))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The turns of one round: each weight as often as it says, after the greatest common divisor is taken out.</summary>
    public static int[] Order(ReadOnlySpan<int> weights)
    {
        var turns = Turns(weights);
        var order = new int[turns.Sum()];
        if (Array.TrueForAll(turns, static turn => turn == 1))
        {
            for (var i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }

            return order;
        }

        var current = new long[turns.Length];
        for (var turn = 0; turn < order.Length; turn++)
        {
            var best = 0;
            for (var i = 0; i < turns.Length; i++)
            {
                current[i] += turns[i];
                best = current[i] > current[best] ? i : best;
            }

            current[best] -= order.Length;
            order[turn] = best;
        }

        return order;
    }

    private static int[] RoundOf(EndpointGroup group) => Order(group.All.Select(static endpoint => endpoint.Settings.Weight).ToArray());

    private static int[] Turns(ReadOnlySpan<int> weights)
    {
        var divisor = 0;
        long sum = 0;
        foreach (var weight in weights)
        {
            divisor = GreatestCommonDivisor(weight, divisor);
            sum += weight;
        }

        var scale = Math.Min(1.0 / divisor, MostTurns / (double)sum);
        var turns = new int[weights.Length];
        for (var i = 0; i < turns.Length; i++)
        {
            turns[i] = Math.Max(1, (int)Math.Round(weights[i] * scale));
        }

        return turns;
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private static int Next(int[] round, ref long turn) => round[(int)((ulong)Interlocked.Increment(ref turn) % (ulong)round.Length)];
}
