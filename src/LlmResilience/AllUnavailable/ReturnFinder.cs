using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.AllUnavailable;

/// <summary>Finds out which endpoint is back first.</summary>
internal static class ReturnFinder
{
    /// <summary>When the first endpoint could be available again, to a request of this leniency: an instant not before now, or never.</summary>
    public static long Earliest(Chain chain, long now, Leniency leniency = Leniency.None)
    {
        var earliest = long.MaxValue;
        foreach (var endpoint in chain.Endpoints)
        {
            earliest = Math.Min(earliest, endpoint.Health.ReturnsAt(now, leniency));
        }

        return earliest;
    }

    /// <summary>Before this instant no endpoint can be available, unless the operator restores one or active probes find it well. One that is being probed may be so at any moment.</summary>
    public static long NotBefore(Chain chain)
    {
        var earliest = long.MaxValue;
        foreach (var endpoint in chain.Endpoints)
        {
            earliest = Math.Min(earliest, endpoint.Health.OutUntil);
        }

        return earliest;
    }

    /// <summary>The ejected endpoint that returns soonest. One that is being probed has its one request already.</summary>
    public static Endpoint? SoonestEjected(Chain chain, long now)
    {
        Endpoint? soonest = null;
        var soonestReturn = long.MaxValue;
        foreach (var endpoint in chain.Endpoints)
        {
            if (!endpoint.IsChoked && endpoint.Health.IsEjectedOnly(now) && endpoint.Health.ReturnsAt(now) is var returnsAt && returnsAt < soonestReturn)
            {
                soonest = endpoint;
                soonestReturn = returnsAt;
            }
        }

        return soonest;
    }
}
