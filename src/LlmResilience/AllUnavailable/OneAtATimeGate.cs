using System.Diagnostics.CodeAnalysis;
using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.AllUnavailable;

/// <summary>The place of which a client has one: to probe an ejected endpoint ahead of time while all are unavailable.</summary>
/// <remarks>It is held until the request's stream ends, so that an endpoint which is ill is not asked by one request after another.</remarks>
internal static class OneAtATimeGate
{
    /// <summary>Takes the place.</summary>
    /// <returns>Whether there is an ejected endpoint, which is then the one that returns soonest, and the place was free.</returns>
    public static bool TryEnter(Chain chain, long now, [NotNullWhen(true)] out Endpoint? soonest, out Admission admission)
    {
        admission = default;
        soonest = ReturnFinder.SoonestEjected(chain, now);
        if (soonest is null || !chain.Context.TryTakeOnlyPlace())
        {
            return false;
        }

        if (soonest.TryAdmitAhead(now, out admission))
        {
            return true;
        }

        // It has changed in this moment.
        Leave(chain);
        return false;
    }

    public static void Leave(Chain chain) => chain.Context.LeaveOnlyPlace();
}
