using LlmResilience.Utilities;

namespace LlmResilience.Health;

/// <summary>How long an endpoint is ejected: for k times a base, where k grows with every ejection and falls with time in rotation (Envoy, gRPC A50).</summary>
/// <remarks>Everything is asked under the pool's lock.</remarks>
internal struct EjectionSchedule
{
    private long _healthySince;
    private long _ejectedAt;
    private long _duration;
    private long _jitterDraw;
    private long _retryAfterFloor;

    /// <summary>k.</summary>
    public int Multiplier { get; private set; }

    /// <summary>What began the last ejection.</summary>
    public EjectionReason Reason { get; private set; }

    /// <summary>When the last ejection ends or ended.</summary>
    public readonly long EndsAt => Math.Max(Ticks.Add(_ejectedAt, _duration), _retryAfterFloor);

    /// <summary>How long the last ejection lasts in all, if nothing ends it early.</summary>
    public readonly TimeSpan Duration => TimeSpan.FromTicks(Math.Max(_duration, _retryAfterFloor - _ejectedAt));

    public void Begin(long now, EjectionReason reason, TimeSpan? retryAfter, long jitterDraw, EjectionSettings settings)
    {
        Multiplier++;
        Reason = reason;
        _ejectedAt = now;
        _jitterDraw = jitterDraw;
        _retryAfterFloor = 0;
        if (retryAfter is { } wait)
        {
            _retryAfterFloor = Ticks.Add(now, Math.Min(wait.Ticks, settings.MaxRetryAfter));
        }

        Rebase(settings);
    }

    /// <summary>The endpoint is back in rotation, and k begins to fall.</summary>
    /// <returns>How long it was out.</returns>
    public TimeSpan End(long at)
    {
        _healthySince = at;
        return TimeSpan.FromTicks(at - _ejectedAt);
    }

    /// <summary>Lets k fall by one for every full interval in rotation.</summary>
    public void Decay(long now, EjectionSettings settings)
    {
        // The remainder stays in the anchor; moving it to now would lose it at every look.
        var intervals = Math.Max(0, now - _healthySince) / settings.MultiplierDecayInterval;
        Multiplier = (int)Math.Max(0, Multiplier - intervals);
        _healthySince += intervals * settings.MultiplierDecayInterval;
    }

    /// <summary>Computes the length of the ejection from these settings, at its beginning and again when a reload changes them.</summary>
    public void Rebase(EjectionSettings settings)
    {
        Multiplier = Math.Min(Multiplier, EjectionFormulas.MaxMultiplier(settings.BaseTime, settings.MaxTime));
        _duration = EjectionFormulas.Duration(Multiplier, settings.BaseTime, settings.MaxTime, settings.MaxJitter, _jitterDraw);
    }

    /// <summary>k is 0 again, in rotation from now on.</summary>
    public void Reset(long now)
    {
        Multiplier = 0;
        _healthySince = now;
    }
}
