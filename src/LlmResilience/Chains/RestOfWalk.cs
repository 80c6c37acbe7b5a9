using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Chains;

/// <summary>Looks ahead on a walk: the endpoints that would be offered now, each once, those that are kept for the end last.</summary>
/// <remarks>In what order a balancer would choose is not asked: who counts, or adds up, needs no order.</remarks>
internal ref struct RestOfWalk
{
    private readonly Chain _chain;
    private readonly CandidateCursor.Place _place;
    private readonly Leniency _leniency;
    private readonly long _now;
    private int _group;
    private int _index;
    private int _reluctant;

    public RestOfWalk(Chain chain, scoped in CandidateCursor.Place place, Leniency leniency, long now)
    {
        _chain = chain;
        _place = place;
        _leniency = leniency;
        _now = now;
        _group = place.Group;
        _index = _group < chain.Groups.Length && chain.Groups[place.GroupAt(_group)].Balancer is null ? place.Turn : 0;
    }

    public bool TryNext(out Endpoint endpoint)
    {
        for (; _group < _chain.Groups.Length; _group++, _index = 0)
        {
            var group = _chain.Groups[_place.GroupAt(_group)];
            while (_index < group.Count)
            {
                endpoint = group[_index];
                if (!WasAsked(group, _index++) && IsCandidate(endpoint))
                {
                    return true;
                }
            }
        }

        while (_reluctant < (_place.Notes?.Reluctant.Count ?? 0))
        {
            endpoint = _place.Notes!.Reluctant.ElementAt(_reluctant++);
            if (IsCandidate(endpoint))
            {
                return true;
            }
        }

        endpoint = null!;
        return false;
    }

    private readonly bool WasAsked(EndpointGroup group, int index)
        => _group == _place.Group && group.Balancer is not null && (index == _place.FirstAsked || _place.Notes?.WasAsked(index) == true);

    private readonly bool IsCandidate(Endpoint endpoint)
        => !CandidateCursor.IsTooSmall(endpoint, _place.NeededContext)
            && (endpoint.IsAvailable(_now) || endpoint.TryAdmitUnchecked(_now, _leniency));
}
