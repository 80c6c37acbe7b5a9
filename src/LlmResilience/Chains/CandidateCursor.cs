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

    /// <summary>The first endpoint has been asked already.</summary>
    public void SkipFirst() => _turn = 1;

    /// <summary>The prompt was too long for an endpoint of this size: those declared smaller are not offered any more.</summary>
    public void NeedContextOf(int? contextWindow) => _neededContext = Math.Max(_neededContext, contextWindow ?? 0);

    public bool TryNext(Chain chain, bool isStreaming, bool isFirst, long now, out Endpoint endpoint, out Admission admission)
    {
        var groups = chain.Groups;
        for (; _group < groups.Length; _group++, _turn = 0)
        {
            while (_turn < groups[_group].Count)
            {
                endpoint = groups[_group].At(_turn++);
                if (IsTooSmall(endpoint))
                {
                    continue;
                }

                var result = endpoint.TryAdmit(isFirst ? AdmissionRequest.Normal : AdmissionRequest.NoProbe, now, isStreaming, out admission);
                if (result == AdmissionResult.Admitted || (EjectionIsIgnored(chain, now) && endpoint.TryAdmitUnchecked(now)))
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
            if (!IsTooSmall(endpoint) && endpoint.TryAdmit(AdmissionRequest.LastResort, now, isStreaming, out admission) == AdmissionResult.Admitted)
            {
                return true;
            }
        }

        endpoint = null!;
        admission = default;
        return false;
    }

    /// <summary>Whether another endpoint would be offered now.</summary>
    public readonly bool HasNext(Chain chain, long now) => CountNext(chain, now, atMost: 1) > 0;

    /// <summary>How many other endpoints would be offered now; no more than asked for are counted.</summary>
    public readonly int CountNext(Chain chain, long now, int atMost)
    {
        var count = 0;
        var turn = _turn;
        for (var group = _group; group < chain.Groups.Length && count < atMost; group++, turn = 0)
        {
            for (; turn < chain.Groups[group].Count && count < atMost; turn++)
            {
                count += IsCandidate(chain.Groups[group].At(turn), now) ? 1 : 0;
            }
        }

        return count < atMost && _reluctant is not null ? count + CountReluctant(now) : count;
    }

    /// <summary>What the endpoints that are still to be asked may need, each its own limit, in clock ticks.</summary>
    public readonly long NeedOfRest(Chain chain, bool isStreaming, long now)
    {
        long need = 0;
        var turn = _turn;
        for (var group = _group; group < chain.Groups.Length; group++, turn = 0)
        {
            for (; turn < chain.Groups[group].Count; turn++)
            {
                var endpoint = chain.Groups[group].At(turn);
                if (IsCandidate(endpoint, now))
                {
                    need = Ticks.Add(need, isStreaming ? endpoint.Settings.FirstToken : endpoint.Settings.Response);
                }
            }
        }

        return need;
    }

    private readonly int CountReluctant(long now)
    {
        var count = 0;
        foreach (var endpoint in _reluctant!)
        {
            count += IsCandidate(endpoint, now) ? 1 : 0;
        }

        return count;
    }

    private readonly bool EjectionIsIgnored(Chain chain, long now) => IgnoresEjection || chain.Context.Pool.IsPanic(now, chain.Settings.PanicThreshold);

    private readonly bool IsCandidate(Endpoint endpoint, long now) => !IsTooSmall(endpoint) && (IgnoresEjection || endpoint.IsAvailable(now));

    private readonly bool IsTooSmall(Endpoint endpoint) => _neededContext > 0 && endpoint.Settings.ContextWindow < _neededContext;
}
