namespace LlmResilience.Health;

/// <summary>The way of an endpoint out of the rotation and back again: ejected, probed, and given more and more until it has its full share.</summary>
/// <remarks>
/// Envoy's outlier detection (ejected for k times a base), a half-open probe on a lease, and Envoy's slow start. Two flags and the time
/// make four phases, of which one holds at a time.
/// <code>
/// phase    flag       is entered                                      is left
/// Healthy  none       at first, on Restore, and after the ramp        a trigger fires, or the operator ejects
/// Ejected  IsEjected  by a trigger, the operator, or a failed probe   its time is over: then it is probed
/// Probing  IsEjected  derived: its time is over                       enough probes succeed, or one fails
/// Ramping  IsRamping  with the last probe; without probes, by time    the ramp is over, or as Healthy
/// </code>
/// Ejection, the way back, and Restore begin a new generation. An admission carries its generation, and a result of an older one decides
/// nothing: whatever was in flight at a transition comes too late to do harm.
/// Everything is asked under the pool's lock.
/// </remarks>
internal struct EjectionCycle()
{
    private EjectionSchedule _schedule;
    private ProbeLeases _probes = new();
    private RampUp _rampUp;

    public uint Generation { get; private set; }

    public bool IsEjected { get; private set; }

    public bool IsRamping { get; private set; }

    /// <summary>k.</summary>
    public readonly int Multiplier => _schedule.Multiplier;

    /// <summary>What began the last ejection.</summary>
    public readonly EjectionReason Reason => _schedule.Reason;

    /// <summary>How long the last ejection lasts in all, if nothing ends it early.</summary>
    public readonly TimeSpan Duration => _schedule.Duration;

    /// <summary>When the ejection's time is over; 0 in rotation.</summary>
    public readonly long EjectedUntil => IsEjected ? _schedule.EndsAt : 0;

    /// <summary>When the first probe's place is free again at the latest; asked only while probes are in flight.</summary>
    public readonly long FirstLeaseEnd => _probes.FirstEnd;

    // Another endpoint's transition asks this one's phase without advancing it, so lapses are derived here, not read.
    public readonly EjectionPhase Phase(long now, EjectionSettings settings)
    {
        if (IsEjected && now < _schedule.EndsAt)
        {
            return EjectionPhase.Ejected;
        }

        if (IsEjected && settings.RequiredProbeSuccesses > 0)
        {
            return EjectionPhase.Probing;
        }

        return IsRamping && !_rampUp.IsOver(now, settings) ? EjectionPhase.Ramping : EjectionPhase.Healthy;
    }

    public readonly double AdmittedRatio(long now, EjectionSettings settings)
    {
        if (IsEjected)
        {
            return 0;
        }

        return IsRamping ? _rampUp.Ratio(now, settings) : 1;
    }

    public readonly int ProbesInFlight(long now) => _probes.InFlight(now);

    /// <summary>Whether one more request may come, as a probe where it must, once the ejection's time is over.</summary>
    public readonly bool HasRoom(long now, EjectionSettings settings) => !IsEjected || _probes.HasRoom(now, settings);

    /// <summary>Admits a request, for which there must be room; a probe takes a place.</summary>
    public AdmissionResult TryAdmit(AdmissionRequest request, long now, long probeLease, EjectionSettings settings, out Admission admission)
    {
        admission = default;
        if (IsEjected)
        {
            if (request.HasFlag(AdmissionRequest.NoProbe))
            {
                return AdmissionResult.NeedsProbe;
            }

            admission = new Admission(AdmissionRole.Probe, Generation, _probes.Begin(now, probeLease));
            return AdmissionResult.Admitted;
        }

        if (IsRamping && !request.HasFlag(AdmissionRequest.AnyShare) && !_rampUp.TryTakeShare(now, settings))
        {
            return AdmissionResult.RampedOut;
        }

        admission = new Admission(AdmissionRole.Normal, Generation);
        return AdmissionResult.Admitted;
    }

    /// <summary>Gives a probe's place back; false if its lease is over, by time or because another result decided, so that its result is a late one.</summary>
    public readonly bool TryEndProbe(in Admission admission, long now)
        => admission.Generation == Generation && _probes.TryEnd(admission.ProbeId, now);

    /// <summary>Lets a probe keep its place for longer.</summary>
    public readonly void HoldProbe(in Admission admission, long until, long now)
    {
        if (admission.Generation == Generation)
        {
            _probes.Extend(admission.ProbeId, until, now);
        }
    }

    /// <summary>Counts a probe that ended well.</summary>
    /// <returns>Whether they are enough.</returns>
    public bool AddProbeSuccess(EjectionSettings settings) => _probes.AddSuccess(settings);

    /// <summary>Out of the rotation.</summary>
    public void Eject(long now, EjectionReason reason, TimeSpan? retryAfter, long jitterDraw, EjectionSettings settings)
    {
        _schedule.Begin(now, reason, retryAfter, jitterDraw, settings);
        BeginGeneration(isEjected: true, isRamping: false);
    }

    /// <summary>Whether the ejection's time is over and nothing has to be proved by probes.</summary>
    public readonly bool IsOverWithoutProbes(long now, EjectionSettings settings)
        => IsEjected && settings.RequiredProbeSuccesses == 0 && now >= _schedule.EndsAt;

    /// <summary>Back in the rotation, through the ramp if there is one.</summary>
    /// <returns>How long it was out.</returns>
    public TimeSpan Reinstate(long at, EjectionSettings settings)
    {
        BeginGeneration(isEjected: false, isRamping: false);
        BeginRamp(at, settings);
        return _schedule.End(at);
    }

    /// <summary>In rotation, but with a growing share first, if there is a ramp.</summary>
    public void BeginRamp(long at, EjectionSettings settings)
    {
        IsRamping = settings.RampUpDuration > 0;
        _rampUp.Begin(at);
    }

    /// <summary>Ends the ramp if its time is over.</summary>
    public bool TryEndRamp(long now, EjectionSettings settings)
    {
        if (!IsRamping || !_rampUp.IsOver(now, settings))
        {
            return false;
        }

        IsRamping = false;
        return true;
    }

    /// <summary>Lets k fall with the time in rotation.</summary>
    public void Decay(long now, EjectionSettings settings)
    {
        if (!IsEjected)
        {
            _schedule.Decay(now, settings);
        }
    }

    /// <summary>Computes the running ejection anew when a reload changes the settings.</summary>
    public void Rebase(EjectionSettings settings) => _schedule.Rebase(settings);

    /// <summary>In rotation with its full share, and k at 0.</summary>
    public void Reset(long now)
    {
        _schedule.Reset(now);
        BeginGeneration(isEjected: false, isRamping: false);
    }

    private void BeginGeneration(bool isEjected, bool isRamping)
    {
        Generation++;
        IsEjected = isEjected;
        IsRamping = isRamping;
        _probes.Clear();
    }
}
