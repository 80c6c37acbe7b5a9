using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Utilities;

namespace LlmResilience.Chains;

/// <summary>Walks down the chain for one request and never offers an endpoint twice.</summary>
/// <remarks>
/// Endpoints that are unavailable are passed without a trace. Those that would take the request only as a probe, although it has failed
/// once already, or only beyond their ramp's share, are kept for when nobody else is left.
/// </remarks>
internal struct CandidateCursor
{
    private Queue<Endpoint>? _reluctant;
    private int _group;
    private int _turn;
    private int _neededContext;

    /// <summary>Ejected endpoints are offered too; their results decide nothing.</summary>
    public bool IgnoresEjection { get; set; }

    /// <summary>Changes of state that are noticed on the way are left for others to tell.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>A walk on which nobody is left.</summary>
    public static CandidateCursor AtEnd(Chain chain) => new() { _group = chain.Groups.Length };

    /// <summary>Begins anew with another chain; what the prompt needs holds there as well.</summary>
    public void StartOver()
    {
        _reluctant = null;
        _group = 0;
        _turn = 0;
    }

    /// <summary>The first endpoint has been asked already.</summary>
    public void SkipFirst() => _turn = 1;

    /// <summary>The prompt was too long for an endpoint of this size: those declared smaller are not offered any more.</summary>
    public void NeedContextOf(int? contextWindow) => _neededContext = Math.Max(_neededContext, contextWindow ?? 0);

    public bool TryNext(Chain chain, bool isStreaming, bool isFirst, long now, out Endpoint endpoint, out Admission admission)
    {
        var groups = chain.Groups;
        Leniency? leniency = null;
        for (; _group < groups.Length; _group++, _turn = 0)
        {
            while (_turn < groups[_group].Count)
            {
                endpoint = groups[_group].At(_turn++);
                if (IsTooSmall(endpoint))
                {
                    continue;
                }

                var result = TryAdmit(endpoint, isFirst ? AdmissionRequest.Normal : AdmissionRequest.NoProbe, now, isStreaming, out admission);
                if (result == AdmissionResult.Admitted || endpoint.TryAdmitUnchecked(now, leniency ??= LeniencyIn(chain, now)))
                {
                    return true;
                }

                if (result != AdmissionResult.Unavailable)
                {
                    (_reluctant ??= new()).Enqueue(endpoint);
                }
            }
        }

        while (_reluctant?.TryDequeue(out endpoint!) == true)
        {
            if (!IsTooSmall(endpoint) && TryAdmit(endpoint, AdmissionRequest.LastResort, now, isStreaming, out admission) == AdmissionResult.Admitted)
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
        var (rest, count) = (this, 0);
        var leniency = LeniencyIn(chain, now);
        while (count < atMost && rest.TryFindNext(chain, leniency, now) is not null)
        {
            count++;
        }

        return count;
    }

    /// <summary>The limits of the first token of the endpoints that would be offered next, in their order; 0 for none.</summary>
    /// <returns>How many there are; as many as there is room for at most.</returns>
    public readonly int CopyFirstTokens(Chain chain, long now, Span<long> into)
    {
        var (rest, count) = (this, 0);
        var leniency = LeniencyIn(chain, now);
        while (count < into.Length && rest.TryFindNext(chain, leniency, now) is { } endpoint)
        {
            into[count] = endpoint.Settings.FirstToken;
            count++;
        }

        return count;
    }

    /// <summary>What the endpoints that are still to be asked may need, each its own limit, in clock ticks.</summary>
    public readonly long NeedOfRest(Chain chain, bool isStreaming, long now)
    {
        var (rest, need) = (this, 0L);
        var leniency = LeniencyIn(chain, now);
        while (rest.TryFindNext(chain, leniency, now) is { } endpoint)
        {
            need = Ticks.Add(need, isStreaming ? endpoint.Settings.FirstToken : endpoint.Settings.Response);
        }

        return need;
    }

    /// <summary>The next endpoint that would be offered, found on a copy: nothing is taken from it. What is kept for the end is counted after all groups.</summary>
    private Endpoint? TryFindNext(Chain chain, Leniency leniency, long now)
    {
        for (; _group < chain.Groups.Length; _group++, _turn = 0)
        {
            while (_turn < chain.Groups[_group].Count)
            {
                var endpoint = chain.Groups[_group].At(_turn++);
                if (IsCandidate(endpoint, leniency, now))
                {
                    return endpoint;
                }
            }
        }

        // Beyond the groups, the turn counts those that are kept for the end.
        while (_reluctant is not null && _turn < _reluctant.Count)
        {
            var endpoint = _reluctant.ElementAt(_turn++);
            if (IsCandidate(endpoint, leniency, now))
            {
                return endpoint;
            }
        }

        return null;
    }

    private readonly AdmissionResult TryAdmit(Endpoint endpoint, AdmissionRequest request, long now, bool isStreaming, out Admission admission)
        => IsQuiet ? endpoint.TryAdmitQuietly(request, now, isStreaming, out admission) : endpoint.TryAdmit(request, now, isStreaming, out admission);

    private readonly bool IsCandidate(Endpoint endpoint, Leniency leniency, long now)
        => !IsTooSmall(endpoint) && (endpoint.IsAvailable(now) || endpoint.TryAdmitUnchecked(now, leniency));

    private readonly bool IsTooSmall(Endpoint endpoint) => _neededContext > 0 && endpoint.Settings.ContextWindow < _neededContext;
}
