namespace LlmResilience;

/// <summary>Walks down the chain for one request and never offers an endpoint twice.</summary>
/// <remarks>
/// Endpoints that are out are passed without a trace. Those that would take the request only as a probe, although it has failed once
/// already, or only beyond their ramp's share, are kept for when nobody else is left.
/// </remarks>
internal struct CandidateCursor
{
    private int _next;
    private Queue<Endpoint>? _reluctant;

    /// <summary>Ejected endpoints are offered too; their results decide nothing.</summary>
    public bool IgnoresEjection { get; set; }

    /// <summary>Endpoints declared smaller than this are not offered: the prompt was too long for one of this size.</summary>
    public int? NeededContext { get; set; }

    /// <summary>The first endpoint has been asked already.</summary>
    public void SkipFirst() => _next = 1;

    public bool TryNext(Chain chain, bool streaming, bool isFirst, long now, out Endpoint endpoint, out Admission admission)
    {
        var endpoints = chain.Endpoints;
        while (_next < endpoints.Length)
        {
            endpoint = endpoints[_next++];
            if (IsTooSmall(endpoint))
            {
                continue;
            }

            var result = endpoint.TryAdmit(isFirst ? AdmissionRequest.Normal : AdmissionRequest.NoProbe, now, streaming, out admission);
            if (result == AdmissionResult.Admitted || (EjectionIsIgnored(chain, now) && endpoint.Health.TryAdmitUnchecked(now)))
            {
                return true;
            }

            if (result != AdmissionResult.Unavailable)
            {
                (_reluctant ??= new()).Enqueue(endpoint);
            }
        }

        while (_reluctant?.TryDequeue(out endpoint!) == true)
        {
            if (!IsTooSmall(endpoint) && endpoint.TryAdmit(AdmissionRequest.LastResort, now, streaming, out admission) == AdmissionResult.Admitted)
            {
                return true;
            }
        }

        endpoint = null!;
        admission = default;
        return false;
    }

    /// <summary>Whether another endpoint would be offered now.</summary>
    public readonly bool HasNext(Chain chain, long now)
    {
        var endpoints = chain.Endpoints;
        for (var i = _next; i < endpoints.Length; i++)
        {
            if (IsCandidate(endpoints[i], now))
            {
                return true;
            }
        }

        return _reluctant is not null && _reluctant.Any(IsCandidateNow(this, now));

        static Func<Endpoint, bool> IsCandidateNow(CandidateCursor cursor, long now) => endpoint => cursor.IsCandidate(endpoint, now);
    }

    /// <summary>What the endpoints that are still to be asked may need, each its own limit, in clock ticks.</summary>
    public readonly long NeedOfRest(Chain chain, bool streaming, long now)
    {
        long need = 0;
        for (var i = _next; i < chain.Endpoints.Length; i++)
        {
            if (IsCandidate(chain.Endpoints[i], now))
            {
                var settings = chain.Endpoints[i].Settings;
                need = EjectionFormulas.Add(need, streaming ? settings.FirstToken : settings.Response);
            }
        }

        return need;
    }

    private readonly bool EjectionIsIgnored(Chain chain, long now) => IgnoresEjection || chain.Pool.IsPanic(now, chain.PanicThreshold);

    private readonly bool IsCandidate(Endpoint endpoint, long now) => !IsTooSmall(endpoint) && (IgnoresEjection || endpoint.IsAvailable(now));

    private readonly bool IsTooSmall(Endpoint endpoint) => NeededContext is { } needed && endpoint.Settings.ContextWindow < needed;
}
