using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Chains;

/// <summary>Walks down the chain for one request and never offers an endpoint twice.</summary>
/// <remarks>
/// A group is asked in its order, or as its balancer chooses. Endpoints that are unavailable are passed without a trace. Those that would
/// take the request only as a probe, although it has failed once already, or only beyond their ramp's share, are kept for when nobody else
/// is left.
/// </remarks>
internal struct CandidateCursor
{
    private WalkNotes? _notes;
    private int _group;

    // In an ordered group how many were asked. In a balanced one the place of the first that was, plus one; the further ones are noted.
    private int _turn;
    private int _neededContext;
    private bool _isFarFirst;

    /// <summary>Ejected endpoints are offered too; their results decide nothing.</summary>
    public bool IgnoresEjection { get; set; }

    /// <summary>Changes of state that are noticed on the way are left for others to tell.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>A walk down a chain in order whose first endpoint has been asked already.</summary>
    public static CandidateCursor BehindFirst => new() { _turn = 1 };

    /// <summary>A walk on which nobody is left.</summary>
    public static CandidateCursor AtEnd(Chain chain) => new() { _group = chain.Groups.Length };

    public static bool IsTooSmall(Endpoint endpoint, int neededContext) => neededContext > 0 && endpoint.Settings.ContextWindow < neededContext;

    /// <summary>Begins anew with another chain; what the prompt needs holds there as well.</summary>
    public void StartOver()
    {
        _notes = null;
        _group = 0;
        _turn = 0;
        _isFarFirst = false;
    }

    /// <summary>The first endpoint of a chain in order has been asked already.</summary>
    public void SkipFirst() => _turn = 1;

    /// <summary>The prompt was too long for an endpoint of this size: those declared smaller are not offered any more.</summary>
    public void NeedContextOf(int? contextWindow) => _neededContext = Math.Max(_neededContext, contextWindow ?? 0);

    public bool TryNext(Chain chain, in RequestTraits request, bool isFirst, long now, out Endpoint endpoint, out Admission admission)
    {
        var ask = isFirst ? AdmissionRequest.Normal : AdmissionRequest.NoProbe;
        Leniency? leniency = null;
        while (TryChoose(chain, request, isFirst, now, ref leniency, out endpoint, out var weighsRamp))
        {
            var result = TryAdmit(endpoint, weighsRamp ? ask | AdmissionRequest.AnyShare : ask, now, request.IsStreaming, out admission);
            if (result == AdmissionResult.Admitted || endpoint.TryAdmitUnchecked(now, leniency ??= LeniencyIn(chain, now)))
            {
                return true;
            }

            if (result != AdmissionResult.Unavailable)
            {
                (_notes ??= new()).Reluctant.Enqueue(endpoint);
            }
        }

        while (_notes?.Reluctant.TryDequeue(out endpoint!) == true)
        {
            if (!IsTooSmall(endpoint, _neededContext)
                && TryAdmit(endpoint, AdmissionRequest.AnyShare, now, request.IsStreaming, out admission) == AdmissionResult.Admitted)
            {
                return true;
            }
        }

        endpoint = null!;
        admission = default;
        return false;
    }

    /// <summary>
    /// What may be wrong with an endpoint that is offered all the same: an ejection, where these are ignored or too few endpoints are well;
    /// what active probes say only if they find all ill that could be asked then.
    /// </summary>
    public readonly Leniency LeniencyIn(Chain chain, long now)
    {
        if (!IgnoresEjection && !chain.Context.Pool.IsPanic(now, chain.Settings.PanicThreshold))
        {
            return Leniency.None;
        }

        foreach (var endpoint in chain.Endpoints)
        {
            if (endpoint.IsAvailable(now) || endpoint.TryAdmitUnchecked(now, Leniency.Ejection))
            {
                return Leniency.Ejection;
            }
        }

        return Leniency.EjectionAndActiveProbes;
    }

    /// <summary>Whether another endpoint would be offered now.</summary>
    public readonly bool HasNext(Chain chain, long now) => CountNext(chain, now, atMost: 1) > 0;

    /// <summary>How many other endpoints would be offered now; no more than asked for are counted.</summary>
    public readonly int CountNext(Chain chain, long now, int atMost)
    {
        var rest = Rest(chain, now);
        var count = 0;
        while (count < atMost && rest.TryNext(out _))
        {
            count++;
        }

        return count;
    }

    /// <summary>The endpoints that would be offered now. Nothing is taken from the walk.</summary>
    public readonly RestOfWalk Rest(Chain chain, long now) => new(chain, WhereItIs, LeniencyIn(chain, now), now);

    private readonly Place WhereItIs => new(_notes, _group, _turn, _neededContext, _isFarFirst);

    private bool TryChoose(Chain chain, in RequestTraits request, bool isFirst, long now, ref Leniency? leniency, out Endpoint endpoint, out bool weighsRamp)
    {
        for (; _group < chain.Groups.Length; LeaveGroup())
        {
            if (chain.IsRegional && _turn == 0 && (_group & 1) == 0)
            {
                _isFarFirst = chain.DealFarFirst(_group, now);
            }

            var group = chain.Groups[PlaceOf(_group, _isFarFirst)];
            weighsRamp = false;
            if (group.Balancer is not { } balancer)
            {
                while (_turn < group.Count)
                {
                    endpoint = group[_turn++];
                    if (!IsTooSmall(endpoint, _neededContext))
                    {
                        return true;
                    }
                }

                continue;
            }

            leniency ??= LeniencyIn(chain, now);
            var chosen = balancer.Choose(new Choice(group, now, request, isFirst, WhereItIs, leniency.Value));
            if (chosen >= 0)
            {
                NoteAsked(chosen);
                endpoint = group[chosen];
                weighsRamp = balancer.WeighsRamp;
                return true;
            }
        }

        endpoint = null!;
        weighsRamp = false;
        return false;
    }

    private void NoteAsked(int index)
    {
        if (_turn == 0)
        {
            _turn = index + 1;
            return;
        }

        (_notes ??= new()).NoteAsked(index);
    }

    private void LeaveGroup()
    {
        _group++;
        _turn = 0;
        _notes?.ForgetAsked();
    }

    // The near and the far part of a tier stand side by side.
    private static int PlaceOf(int group, bool isFarFirst) => isFarFirst ? group ^ 1 : group;

    private readonly AdmissionResult TryAdmit(Endpoint endpoint, AdmissionRequest request, long now, bool isStreaming, out Admission admission)
        => IsQuiet ? endpoint.TryAdmitQuietly(request, now, isStreaming, out admission) : endpoint.TryAdmit(request, now, isStreaming, out admission);

    /// <summary>Where a walk is, for those who look and do not go.</summary>
    internal readonly record struct Place(WalkNotes? Notes, int Group, int Turn, int NeededContext, bool IsFarFirst)
    {
        /// <summary>In a balanced group, the first endpoint that was asked; below 0 if none was.</summary>
        public int FirstAsked => Turn - 1;

        /// <summary>The place of the group whose turn it is after that many: of the tier where the walk is, the far part may come first.</summary>
        public int GroupAt(int turn) => PlaceOf(turn, IsFarFirst && (turn | 1) == (Group | 1));
    }
}
