using LlmResilience.Chains;
using LlmResilience.Endpoints;

namespace LlmResilience.AllUnavailable;

/// <summary>The place of which a client has one: to ask an ejected endpoint while all are unavailable.</summary>
internal static class OneAtATimeGate
{
    /// <summary>Takes the place.</summary>
    /// <returns>The ejected endpoint that returns soonest; <see langword="null"/> if none is ejected, or the place is taken.</returns>
    public static Endpoint? TryEnter(Chain chain, long now)
    {
        var soonest = ReturnFinder.SoonestEjected(chain, now);
        return soonest is not null && chain.Context.TryTakeOnlyPlace() ? soonest : null;
    }

    public static void Leave(Chain chain) => chain.Context.LeaveOnlyPlace();
}
