using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.LoadBalancing;

/// <summary>The same endpoint for all requests of a conversation (weighted rendezvous hashing), so that the provider's prompt cache serves them; another one while that is not there, too busy or too slow.</summary>
/// <remarks>
/// Each conversation has its own order of all endpoints, made of its key and their names alone. Who is not there now is gone past, and the
/// order stays: when an endpoint returns, its conversations do, and no other one has moved. An endpoint takes no more than 1.25 times its
/// share of the requests in flight (consistent hashing with bounded loads, Mirrokni, Thorup and Zadimoghaddam 2018; 1.25 as HAProxy and
/// Vimeo), and none while it is more than twice as slow as the others: then the next one of the order does. With nobody below these bounds
/// the first one that is there is taken.
/// </remarks>
internal sealed class Affinity : Balancer
{
    private const double Headroom = 0.25;
    private const double SlowFactor = 2;

    // The bits of a double's fraction: so many make a number between 0 and 1.
    private const int Fraction = 53;

    private readonly EndpointGroup _group;
    private readonly GroupTotals _streamed;
    private readonly GroupTotals _whole;
    private readonly ulong[] _names;

    // One over the weight; nothing where all are the same, since the order is that of the hashes then.
    private readonly double[]? _shares;

    public Affinity(EndpointGroup group)
    {
        _group = group;
        _streamed = new GroupTotals(group);
        _whole = new GroupTotals(group);
        _names = [.. group.All.Select(static endpoint => StableHash.Of(endpoint.Name))];
        var weights = group.All.Select(static endpoint => endpoint.Settings.Weight).ToArray();
        _shares = weights.Distinct().Count() == 1 ? null : Array.ConvertAll(weights, static weight => 1.0 / weight);
        foreach (var endpoint in group.Endpoints)
        {
            endpoint.Load.Latency.BeginReading();
        }
    }

    public override bool NeedsAffinityKey => true;

    /// <summary>How many requests in flight an endpoint may have, the next one included.</summary>
    public static long Cap(double headroom, long inFlight, long weight, long totalWeight)
    {
        // The tiny subtrahend undoes what fractions add (1.25 x 40 x 3 / 4 is 37.5, and 1.1 x 10 is 11 and no more).
        return (long)Math.Ceiling(((1 + headroom) * (inFlight + 1) * weight / totalWeight) - 1e-9);
    }

    public override int Choose(in Choice choice)
    {
        var totals = (choice.Request.IsStreaming ? _streamed : _whole).Read(choice);
        var (preferred, rankOfPreferred) = (-1, double.PositiveInfinity);
        var (chosen, rankOfChosen) = (-1, double.PositiveInfinity);
        for (var i = 0; i < _names.Length; i++)
        {
            // Whoever comes after the chosen one need not be looked at, so that of many only a handful is.
            var rank = Rank(choice.Request.AffinityKey, i);
            if (rank >= rankOfChosen || !choice.IsEligible(i))
            {
                continue;
            }

            if (rank < rankOfPreferred)
            {
                (preferred, rankOfPreferred) = (i, rank);
            }

            if (Takes(_group[i], choice, totals))
            {
                (chosen, rankOfChosen) = (i, rank);
            }
        }

        return chosen >= 0 ? chosen : preferred;
    }

    private static bool Takes(Endpoint endpoint, in Choice choice, in GroupTotals.Totals totals)
        => endpoint.Load.InFlight < Cap(Headroom, totals.InFlight, endpoint.Settings.Weight, Math.Max(totals.Weight, 1)) && !IsSlow(endpoint, choice, totals);

    private static bool IsSlow(Endpoint endpoint, in Choice choice, in GroupTotals.Totals totals)
    {
        if (totals.CountOfKnown < 2
            || !endpoint.Load.Latency.TryRead(choice.Request.IsStreaming, endpoint.Health.Generation, choice.Now, out var milliseconds))
        {
            return false;
        }

        var ofOthers = (totals.Milliseconds - milliseconds) / (totals.CountOfKnown - 1);
        return milliseconds > SlowFactor * ofOthers;
    }

    // The lowest comes first. With u uniform in (0, 1), -ln(u) / weight is lowest in proportion to the weights.
    private double Rank(ulong key, int index)
    {
        var hash = StableHash.Mix(key, _names[index]) >> (64 - Fraction);
        return _shares is null ? -(double)hash : -Math.Log((hash + 0.5) / (1UL << Fraction)) * _shares[index];
    }
}
