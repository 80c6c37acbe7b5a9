using LlmResilience.Chains;
using LlmResilience.Health;

namespace LlmResilience.AllUnavailable;

/// <summary>The endpoint of a request that finds all of them unavailable and does not wait.</summary>
internal static class LastChoice
{
    /// <summary>Finds it.</summary>
    /// <returns><see langword="null"/> if the request fails at once.</returns>
    public static Candidate? TryFind(Chain chain, in RequestTraits request, long now) => chain.Settings.AllUnavailableBehavior switch
    {
        AllUnavailableBehavior.OneAtATime => TryProbeAhead(chain, now),
        AllUnavailableBehavior.IgnoreEjection => TryIgnoreEjection(chain, request, now),
        _ => null,
    };

    /// <summary>The stream of the request that probed ahead of time has ended: the place is free for another.</summary>
    public static void LeaveOnlyPlace(Chain chain) => chain.Context.LeaveOnlyPlace();

    private static Candidate? TryIgnoreEjection(Chain chain, in RequestTraits request, long now)
    {
        var cursor = new CandidateCursor { IgnoresEjection = true };
        return cursor.TryNext(chain, request, isFirst: true, now, out var endpoint, out var admission)
            ? new Candidate(chain, cursor, endpoint, admission)
            : null;
    }

    // One request of a client at a time, and until its stream ends, so that an endpoint which is ill is not asked by all that come by.
    private static Candidate? TryProbeAhead(Chain chain, long now)
    {
        if (ReturnFinder.SoonestEjected(chain, now) is not { } soonest || !chain.Context.TryTakeOnlyPlace())
        {
            return null;
        }

        if (soonest.TryAdmitAhead(now, out var admission))
        {
            return new Candidate(chain, CandidateCursor.AtEnd(chain), soonest, admission);
        }

        // It has changed in this moment.
        LeaveOnlyPlace(chain);
        return null;
    }
}
