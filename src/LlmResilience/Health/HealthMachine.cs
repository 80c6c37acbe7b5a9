namespace LlmResilience.Health;

/// <summary>The states of one endpoint's health and what leads from one to another: ejection, the cool-down, active probes and the operator's word, each for itself; here is how they play together.</summary>
/// <remarks>
/// The failure detector (the sliding window of Hystrix and Polly, Envoy's run of failures) starts the ejection cycle, whose phases are four
/// of the states; the cool-down and the operator's word stand beside them. <see cref="State"/> names the strongest.
/// <code>
/// state        held by      is entered                             is left
/// Healthy      no part      at first, and when nothing else holds  as anything else begins
/// Ramping      the cycle    the probes went well                   its time is over; Ejected; Restore
/// Probing      the cycle    the ejection's time is over            by the probes' results; Restore
/// Unhealthy    _isIll       active probes find it ill              they find it well; Restore
/// CoolingDown  _coolDown    a provider asked to be left alone      its time is over; Restore
/// Ejected      the cycle    a trigger fires, the operator ejects   its time is over; Restore
/// Drained      _isDrained   the operator drains                    Restore
/// </code>
/// Each new generation of the cycle empties the window and the run. Everything is asked under the pool's lock and for an instant to which
/// <see cref="Advance"/> has led before, with exceptions: <see cref="RecordSuccess"/> needs no lock, <see cref="IsHeld"/> and
/// <see cref="IsWell"/> no advance. It is long and yet one idea: the table above, a method for each of its entries.
/// </remarks>
internal struct HealthMachine(EjectionSettings settings, Func<long> drawJitter)
{
    private readonly Func<long> _drawJitter = drawJitter;
    private readonly long[] _ejectionCounts = new long[Enum.GetValues<EjectionReason>().Length];
    private FailureDetector _detector = new(settings);
    private EjectionCycle _cycle = new();
    private CoolDownPeriod _coolDown;
    private bool _isDrained;
    private bool _isIll;
    private bool _hasChanged;
    private FailureKind? _lastFailure;
    private long _refusedEjectionCount;

    public EjectionSettings Settings { get; private set; } = settings;

    public readonly uint Generation => _cycle.Generation;

    public readonly bool IsHealthy => !_cycle.IsEjected && !_cycle.IsRamping && !_isIll && !MustBeLeftAlone;

    /// <summary>Cooling down or drained.</summary>
    public readonly bool MustBeLeftAlone => _coolDown.IsRunning || _isDrained;

    /// <summary>Before this instant the endpoint is out, unless the operator restores it or active probes find it well.</summary>
    public readonly long OutUntil => _isDrained || _isIll ? long.MaxValue : Math.Max(_cycle.EjectedUntil, _coolDown.Until);

    /// <summary>Whether anything that others read or wait for has changed since this was asked last: what is published, the settings, or the room for probes.</summary>
    public bool TakeChange()
    {
        var hasChanged = _hasChanged;
        _hasChanged = false;
        return hasChanged;
    }

    /// <summary>Lets what has lapsed by now take effect.</summary>
    public void Advance(long now)
    {
        _hasChanged |= _coolDown.TryEnd(now);
        if (_cycle.IsOverWithoutProbes(now, Settings))
        {
            Reinstate(_cycle.EjectedUntil);
        }

        _hasChanged |= _cycle.TryEndRamp(now, Settings);
        _cycle.Decay(now, Settings);
    }

    public AdmissionResult TryAdmit(AdmissionRequest request, long now, long probeLease, out Admission admission)
    {
        if (IsAvailable(now))
        {
            return _cycle.TryAdmit(request, now, probeLease, Settings, out admission);
        }

        admission = default;
        return AdmissionResult.Unavailable;
    }

    public readonly bool IsAvailable(long now) => now >= OutUntil && _cycle.HasRoom(now, Settings);

    /// <summary>Whether a request may come that minds less than the usual.</summary>
    public readonly bool Admits(Leniency leniency)
        => !MustBeLeftAlone && leniency != Leniency.None && (!_isIll || leniency == Leniency.EjectionAndActiveProbes);

    public readonly long ReturnsAt(long now, Leniency leniency)
    {
        if (leniency != Leniency.None)
        {
            var isOpenEnded = _isDrained || (_isIll && leniency == Leniency.Ejection);
            return isOpenEnded ? long.MaxValue : Math.Max(now, _coolDown.Until);
        }

        if (IsAvailable(now))
        {
            return now;
        }

        // Where all probes are out, the first lease to end frees a place at the latest.
        var outUntil = OutUntil;
        return outUntil > now ? outUntil : _cycle.FirstLeaseEnd;
    }

    /// <summary>Out for its own failures alone, and not yet being probed.</summary>
    public readonly bool IsEjectedOnly(long now) => !MustBeLeftAlone && !_isIll && now < _cycle.EjectedUntil;

    /// <summary>Ejected or probing: holds a place under the cap.</summary>
    public readonly bool IsHeld(long now) => _cycle.Phase(now, Settings) is EjectionPhase.Ejected or EjectionPhase.Probing;

    /// <summary>Neither ejected nor found ill; one that cools down or is drained is no reason to panic.</summary>
    public readonly bool IsWell(long now) => !_isIll && !IsHeld(now);

    /// <summary>What an active prober has to know of it.</summary>
    public ProbeNeed ProbeNeed(long now)
        => new(Generation, MayBeProbed: !MustBeLeftAlone, IsInDoubt: _isIll || _detector.HasFailed || IsHeld(now));

    public readonly bool TryGetCoolDown(long now, out long rest)
    {
        rest = _coolDown.Left(now);
        return !_cycle.IsEjected && !_isDrained && !_isIll;
    }

    /// <summary>Counts a success. Needs no lock.</summary>
    public void RecordSuccess(long now, uint generation) => _detector.RecordSuccess(now, generation);

    /// <summary>Admits a probe although the ejection's time is not over, if nothing but the ejection keeps the endpoint out.</summary>
    public readonly bool TryAdmitAhead(long now, out Admission admission)
    {
        admission = new Admission(AdmissionRole.ProbeAhead, Generation);
        return IsEjectedOnly(now);
    }

    public readonly void HoldProbe(in Admission admission, long until, long now) => _cycle.HoldProbe(admission, until, now);

    public HealthChange ProbeSucceeded(ref Admission admission, long now, bool countsIfLate)
    {
        if (!TryEndProbe(admission, now) && !(countsIfLate && admission.Generation == Generation))
        {
            return HealthChange.None;
        }

        if (!_cycle.AddProbeSuccess(Settings))
        {
            admission = default;
            return HealthChange.None;
        }

        return ReinstateBy(ref admission, now);
    }

    /// <summary>A probe ahead of time went well. One is enough, and nobody has decided meanwhile: that would be another generation.</summary>
    public HealthChange ProbeAheadSucceeded(ref Admission admission, long now)
        => admission.Generation == Generation ? ReinstateBy(ref admission, now) : HealthChange.None;

    public HealthChange ProbeFailed(in Admission admission, long now, in Failure failure)
    {
        if (!TryEndProbe(admission, now))
        {
            return HealthChange.None;
        }

        // The endpoint holds its place under the cap while it is probed, so the cap is not asked again.
        _lastFailure = failure.Kind;
        return Eject(now, EjectionReason.ProbeFailed, EjectionFloor(failure));
    }

    /// <summary>Gives a probe's place back; false if its result is a late one.</summary>
    public bool TryEndProbe(in Admission admission, long now)
    {
        var hasEnded = _cycle.TryEndProbe(admission, now);
        _hasChanged |= hasEnded;
        return hasEnded;
    }

    /// <summary>Counts a failure that is no probe's, and ejects if a trigger fires and the cap allows it.</summary>
    public HealthChange Failed(in Admission admission, long now, in Failure failure, EjectionPool cap)
    {
        if (admission.Generation != Generation)
        {
            return HealthChange.None;
        }

        _lastFailure = failure.Kind;
        if (_detector.RecordFailure(failure, now, Generation, Settings) is not { } reason)
        {
            return HealthChange.None;
        }

        if (cap.AllowsEjection_NeedsLock(now))
        {
            return Eject(now, reason, EjectionFloor(failure));
        }

        // Window and run stay as they are, so that the next failure tries again.
        _refusedEjectionCount++;
        return new HealthChange(HealthChangeKind.EjectionRefused, _cycle.Multiplier, Reason: reason);
    }

    /// <summary>A failure that does not count against the endpoint, but shows that something answers there.</summary>
    public void Responded(in Admission admission)
    {
        if (admission.Generation == Generation)
        {
            _detector.RecordResponse();
        }
    }

    /// <summary>Leaves the endpoint alone for a time.</summary>
    /// <returns>Whether it was not cooling down before.</returns>
    public bool CoolDown(long now, TimeSpan duration, FailureKind reason)
    {
        var isFirst = !_coolDown.IsRunning;
        if (_coolDown.TryExtend(now, duration, reason))
        {
            _hasChanged = true;
        }

        _lastFailure = reason;
        return isFirst;
    }

    public void Drain()
    {
        _isDrained = true;
        _hasChanged = true;
    }

    /// <summary>Active probes have come to a verdict. Well again means through the ramp; an ejection goes on, unless the verdict may end it.</summary>
    public HealthChange SetActive(bool isWell, bool endsEjection, long now)
    {
        var wasIll = _isIll;
        _isIll = !isWell;
        _hasChanged |= wasIll != _isIll;
        if (isWell && endsEjection && _cycle.IsEjected)
        {
            return Reinstate(now);
        }

        if (wasIll == _isIll)
        {
            return HealthChange.None;
        }

        if (isWell && !_cycle.IsEjected)
        {
            _cycle.BeginRamp(now, Settings);
        }

        return new HealthChange(isWell ? HealthChangeKind.FoundWell : HealthChangeKind.FoundIll);
    }

    public HealthChange EjectByHand(long now)
        => _cycle.IsEjected ? HealthChange.None : Eject(now, EjectionReason.Manual, retryAfter: null);

    public void Restore(long now)
    {
        _coolDown = default;
        _isDrained = false;
        _isIll = false;
        _lastFailure = null;
        Reset(now);
    }

    public void Reload(EjectionSettings settings, long now)
    {
        var before = Settings;
        Settings = settings;
        if (settings.Window != before.Window || settings.Buckets != before.Buckets)
        {
            _detector.ReplaceWindow(settings);
        }

        if (!settings.Enabled && (before.Enabled || _cycle.IsEjected))
        {
            Reset(now);
        }
        else
        {
            _cycle.Rebase(settings);
            _hasChanged = true;
        }
    }

    public readonly long CountEjections(EjectionReason reason) => _ejectionCounts[(int)reason];

    public readonly double AdmittedRatio(long now) => _cycle.AdmittedRatio(now, Settings);

    public readonly EndpointState State(long now) => _cycle.Phase(now, Settings) switch
    {
        _ when _isDrained => EndpointState.Drained,
        EjectionPhase.Ejected => EndpointState.Ejected,
        _ when _coolDown.IsRunning => EndpointState.CoolingDown,
        _ when _isIll => EndpointState.Unhealthy,
        EjectionPhase.Probing => EndpointState.Probing,
        EjectionPhase.Ramping => EndpointState.Ramping,
        _ => EndpointState.Healthy,
    };

    public HealthSnapshot GetSnapshot(long now)
    {
        var (total, failures) = _detector.Sum(now, Generation);
        return new HealthSnapshot
        {
            State = State(now),
            Phase = _cycle.Phase(now, Settings),
            IsAvailable = IsAvailable(now),
            Multiplier = _cycle.Multiplier,
            EjectionDuration = _cycle.IsEjected ? _cycle.Duration : null,
            EjectedUntil = _cycle.IsEjected ? _cycle.EjectedUntil : null,
            EjectionReason = _cycle.IsEjected ? _cycle.Reason : null,
            CoolDownUntil = _coolDown.IsRunning ? _coolDown.Until : null,
            CoolDownReason = _coolDown.IsRunning ? _coolDown.Reason : null,
            LastFailure = _lastFailure,
            SampleCount = total,
            FailureCount = failures,
            ConsecutiveFailures = _detector.ConsecutiveFailures,
            AdmittedRatio = _cycle.AdmittedRatio(now, Settings),
            ProbesInFlight = _cycle.ProbesInFlight(now),
            EjectionCount = _ejectionCounts.Sum(),
            RefusedEjectionCount = _refusedEjectionCount,
        };
    }

    // What overload asks for is the least that the ejection lasts.
    private static TimeSpan? EjectionFloor(in Failure failure) => failure.Kind == FailureKind.Overloaded ? failure.RetryAfter : null;

    private HealthChange Eject(long now, EjectionReason reason, TimeSpan? retryAfter)
    {
        _cycle.Eject(now, reason, retryAfter, _drawJitter(), Settings);
        _ejectionCounts[(int)reason]++;
        FollowGeneration();
        return new HealthChange(HealthChangeKind.Ejected, _cycle.Multiplier, _cycle.Duration, reason);
    }

    private HealthChange Reinstate(long at)
    {
        var outFor = _cycle.Reinstate(at, Settings);
        FollowGeneration();
        return new HealthChange(HealthChangeKind.Reinstated, _cycle.Multiplier, outFor, _cycle.Reason);
    }

    private HealthChange ReinstateBy(ref Admission admission, long now)
    {
        var change = Reinstate(now);
        admission = new Admission(AdmissionRole.Normal, Generation);
        return change;
    }

    private void Reset(long now)
    {
        _cycle.Reset(now);
        FollowGeneration();
    }

    private void FollowGeneration()
    {
        _detector.BeginGeneration(Generation);
        _hasChanged = true;
    }
}
