using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Chains;

/// <summary>One choice that a balancer makes: among whom, for what request, and who may be chosen.</summary>
internal readonly ref struct Choice
{
    private readonly WalkNotes? _asked;
    private readonly int _firstAsked;
    private readonly int _neededContext;
    private readonly Leniency _leniency;

    public Choice(EndpointGroup group, long now, scoped in RequestTraits request, bool isFirst, scoped in CandidateCursor.Place place, Leniency leniency)
    {
        Group = group;
        Now = now;
        Request = request;
        IsFirst = isFirst;
        _asked = place.Notes;
        _firstAsked = place.FirstAsked;
        _neededContext = place.NeededContext;
        _leniency = leniency;
    }

    public EndpointGroup Group { get; }

    public long Now { get; }

    public RequestTraits Request { get; }

    /// <summary>Whether it is the request's first attempt, which may serve as a probe.</summary>
    public bool IsFirst { get; }

    /// <summary>Whether the endpoint at this place may be chosen: it was not asked, is large enough, and would be there now.</summary>
    public bool IsEligible(int index) => !WasAsked(index) && IsThere(Group[index]);

    private bool WasAsked(int index) => index == _firstAsked || _asked?.WasAsked(index) == true;

    private bool IsThere(Endpoint endpoint)
        => !CandidateCursor.IsTooSmall(endpoint, _neededContext)
            && (endpoint.IsAvailable(Now) || endpoint.TryAdmitUnchecked(Now, _leniency));
}
