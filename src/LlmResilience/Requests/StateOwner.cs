using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Requests;

/// <summary>The endpoint that a request belongs to, since it names what only one provider has: the chain's first.</summary>
internal static class StateOwner
{
    /// <summary>Admits to it as where nobody else is left: beyond its ramp's share, and as a probe.</summary>
    public static bool TryAdmit(Chain chain, bool isStreaming, long now, out Endpoint owner, out Admission admission)
    {
        owner = chain.Endpoints[0];
        return owner.TryAdmit(AdmissionRequest.LastResort, now, isStreaming, out admission) == AdmissionResult.Admitted
            || (chain.Settings.AllUnavailableBehavior == AllUnavailableBehavior.IgnoreEjection && owner.TryAdmitUnchecked(now, Leniency.EjectionAndActiveProbes));
    }

    public static PinnedEndpointUnavailableException Unavailable(Endpoint owner, long now)
    {
        var reason = Unavailability.Explain(owner, now);
        return new PinnedEndpointUnavailableException(owner.Name, reason?.RetryAfter, reason);
    }
}
