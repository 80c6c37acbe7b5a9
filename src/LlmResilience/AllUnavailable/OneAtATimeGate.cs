using LlmResilience.Chains;
using LlmResilience.Endpoints;

namespace LlmResilience.AllUnavailable;

/// <summary>One request's hold of the place of which a client has one: to ask an ejected endpoint while all are unavailable.</summary>
internal struct OneAtATimeGate
{
    private ChainContext? _entered;

    /// <summary>Takes the place.</summary>
    /// <returns>The ejected endpoint that returns soonest; <see langword="null"/> if none is ejected, or the place is taken.</returns>
    public Endpoint? TryEnter(Chain chain, long now)
    {
        var soonest = ReturnFinder.SoonestEjected(chain, now);
        if (soonest is null || !chain.Context.TryTakeOnlyPlace())
        {
            return null;
        }

        _entered = chain.Context;
        return soonest;
    }

    public void Leave()
    {
        _entered?.LeaveOnlyPlace();
        _entered = null;
    }
}
