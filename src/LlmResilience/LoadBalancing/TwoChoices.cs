using LlmResilience.Chains;
using LlmResilience.Endpoints;

namespace LlmResilience.LoadBalancing;

/// <summary>Draws two endpoints and takes the one with less to bear for its weight (the power of two choices, Mitzenmacher 2001; Finagle, Envoy).</summary>
/// <remarks>
/// Two and not the best of all: with the best, all requests of a moment would go to the same one; and two cost the same among a thousand.
/// The ramp of an endpoint that returns is a part of its weight. Since it has nothing to do at first and would win every comparison, it is
/// given no more than its ramp's share of what an endpoint of the group has in flight on average. One that is due for its probe is taken
/// whenever it is drawn for a first attempt: beside a healthy one it would never win.
/// </remarks>
internal abstract class TwoChoices(EndpointGroup group) : Balancer
{
    // With half of the group there, this finds one in 255 cases of 256, and else all are looked at.
    private const int MostDraws = 8;

    private readonly GroupTotals _totals = new(group);

    // Beside each other, since each further object of an endpoint is one more place of memory that a choice among many has to wait for.
    private readonly int[] _weights = [.. group.All.Select(static endpoint => endpoint.Settings.Weight)];

    private enum Standing
    {
        NotEligible,

        /// <summary>Only if nobody else is: ramping, and busy enough; or to be probed, but not by this attempt.</summary>
        Reluctant,
        Ready,

        /// <summary>Waits for a probe, and this attempt may be it.</summary>
        Due,
    }

    public override bool WeighsRamp => true;

    /// <summary>Two different places of a group, of two draws: the second one among the others only.</summary>
    /// <param name="first">The first place.</param>
    /// <param name="second">A place among one less, moved past the first.</param>
    public static (int First, int Second) Pair(int first, int second) => (first, second >= first ? second + 1 : second);

    public override int Choose(in Choice choice)
    {
        var first = Draw(choice, besides: -1, out var standing);
        if (standing != Standing.Ready)
        {
            return first;
        }

        var second = Draw(choice, besides: first, out standing);
        if (standing != Standing.Ready)
        {
            return standing == Standing.Due ? second : first;
        }

        return CompareCosts(choice, second, first) < 0 ? second : first;
    }

    /// <summary>How slow an endpoint is, which its requests in flight are multiplied with; 0 where nobody knows, and then only these count.</summary>
    protected abstract double SlownessOf(in Choice choice, Endpoint endpoint);

    private double LoadOf(in Choice choice, int index)
    {
        var endpoint = group[index];
        var ratio = endpoint.Health.AdmittedRatio(choice.Now);

        // Ejected, and asked since ejections are ignored: then it counts as the others do.
        return (endpoint.Load.InFlight + 1) / (_weights[index] * (ratio > 0 ? ratio : 1));
    }

    private double CompareCosts(in Choice choice, int first, int second)
    {
        var (slowness, slownessOfOther) = (SlownessOf(choice, group[first]), SlownessOf(choice, group[second]));
        var (load, loadOfOther) = (LoadOf(choice, first), LoadOf(choice, second));
        return slowness > 0 && slownessOfOther > 0 ? (load * slowness) - (loadOfOther * slownessOfOther) : load - loadOfOther;
    }

    /// <summary>Draws an endpoint that is ready, or due for its probe; where there is none, and it is the first of the pair, one that is reluctant.</summary>
    private int Draw(in Choice choice, int besides, out Standing standing)
    {
        var others = besides < 0 ? group.Count : group.Count - 1;
        for (var draws = Math.Min(MostDraws, 2 * others); draws > 0; draws--)
        {
            var index = Random.Shared.Next(others);
            index = besides < 0 ? index : Pair(besides, index).Second;
            standing = StandingOf(choice, index);
            if (standing >= Standing.Ready)
            {
                return index;
            }
        }

        return DrawFromAll(choice, besides, out standing);
    }

    // Each with the same chance, whoever stands beside it: where few are left, a look in one direction would find the same ones always.
    private int DrawFromAll(in Choice choice, int besides, out Standing standing)
    {
        var (ready, reluctant) = (-1, -1);
        var (countOfReady, countOfReluctant) = (0, 0);
        for (var i = 0; i < group.Count; i++)
        {
            standing = i == besides ? Standing.NotEligible : StandingOf(choice, i);
            if (standing == Standing.Due)
            {
                return i;
            }

            if (standing == Standing.Ready && Random.Shared.Next(++countOfReady) == 0)
            {
                ready = i;
            }
            else if (standing == Standing.Reluctant && Random.Shared.Next(++countOfReluctant) == 0)
            {
                reluctant = i;
            }
        }

        if (ready >= 0)
        {
            standing = Standing.Ready;
            return ready;
        }

        standing = reluctant >= 0 ? Standing.Reluctant : Standing.NotEligible;
        return reluctant;
    }

    private Standing StandingOf(in Choice choice, int index)
    {
        if (!choice.IsEligible(index))
        {
            return Standing.NotEligible;
        }

        var endpoint = group[index];
        var ratio = endpoint.Health.AdmittedRatio(choice.Now);
        if (ratio >= 1)
        {
            return Standing.Ready;
        }

        if (ratio > 0)
        {
            return endpoint.Load.InFlight < MostWhileRamping(choice, ratio) ? Standing.Ready : Standing.Reluctant;
        }

        if (!endpoint.IsAvailable(choice.Now))
        {
            // Ejected: eligible since ejections are ignored.
            return Standing.Ready;
        }

        return choice.IsFirst ? Standing.Due : Standing.Reluctant;
    }

    private double MostWhileRamping(in Choice choice, double ratio)
    {
        var totals = _totals.Read(choice);
        return Math.Max(1, Math.Ceiling(ratio * totals.InFlight / Math.Max(totals.Count, 1)));
    }
}
