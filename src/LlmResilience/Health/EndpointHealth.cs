namespace LlmResilience.Health;

/// <summary>The health of one endpoint: ejection, probes, ramp, cool-down and the operator's word, each in a type of its own; here is how they play together.</summary>
/// <remarks>
/// The algorithm combines Envoy's outlier detection (ejected for k times a base), the sliding window of Hystrix and Polly, a half-open
/// probe on a lease, and Envoy's slow start. The first four states are phases of ejection, one at a time; the last two stand beside them.
/// <code>
/// state        flag         is entered                                      is left
/// Healthy      none         at first, on Restore, and after the ramp        a trigger fires, or the operator ejects
/// Ejected      Ejected      by a trigger, the operator, or a failed probe   its time is over: then it is probed
/// Probing      Ejected      derived: its time is over                       enough probes succeed, or one fails
/// Ramping      Ramping      with the last probe; without probes, by time    the ramp is over, or as Healthy
/// CoolingDown  CoolingDown  a provider asked to be left alone               its time is over; Restore
/// Drained      Drained      the operator drains                             Restore
/// </code>
/// Ejection, the way back, and Restore begin a new generation. An admission carries its generation, and a result of an older one decides
/// nothing: whatever was in flight at a transition, or read the published word an instant too early, comes too late to do harm.
/// All else happens under the pool's lock, which the names say; times lapse lazily, when somebody looks. It is long and yet one idea, which
/// flag follows from which part of it: cut in two, each half would have to publish the word of the other.
/// </remarks>
internal sealed class EndpointHealth
{
    private readonly EjectionPool _pool;
    private readonly Func<long> _drawJitter;
    private readonly long[] _ejectionCounts = new long[Enum.GetValues<EjectionReason>().Length];

    // Generation and flags: what answers an admission to a healthy endpoint, and a success, without the lock.
    private long _word;

    // Before this instant the endpoint is certainly out: what lets a request go past an ejected endpoint without the lock.
    private long _outUntil;

    // All below changes under the lock only, but for the detector's successes.
    private long _lastSeen;
    private EjectionSettings _settings;
    private FailureDetector _detector;
    private EjectionSchedule _schedule;
    private ProbeLeases _probes = new();
    private RampUp _rampUp;
    private CoolDownPeriod _coolDown;
    private FailureKind? _lastFailure;
    private EndpointState _notedState;
    private long _refusedEjectionCount;

    public EndpointHealth(EjectionSettings settings, EjectionPool pool, Func<long>? drawJitter = null)
    {
        _settings = settings;
        _detector = new FailureDetector(settings);
        _pool = pool;
        _drawJitter = drawJitter ?? Random.Shared.NextInt64;
    }

    [Flags]
    private enum Flags : uint
    {
        None = 0,
        Ejected = 1,
        Ramping = 2,
        CoolingDown = 4,
        Drained = 8,
    }

    private uint Generation => (uint)(Volatile.Read(ref _word) >> 32);

    // To be decided upon, they must not change meanwhile; who only asks for none at all reads the word.
    private Flags Flags_NeedsLock => (Flags)(uint)_word;

    private bool IsEjected_NeedsLock => Flags_NeedsLock.HasFlag(Flags.Ejected);

    /// <summary>Asks for an admission; a probe keeps its place for the lease at the longest. Lock-free while the endpoint is healthy, and while it is certainly out.</summary>
    public AdmissionResult TryAdmit(AdmissionRequest request, long now, long probeLease, out Admission admission)
    {
        if (TryAdmitHealthy(out admission))
        {
            return AdmissionResult.Admitted;
        }

        admission = default;
        if (now < Volatile.Read(ref _outUntil))
        {
            return AdmissionResult.Unavailable;
        }

        lock (_pool.Lock)
        {
            return TryAdmit_NeedsLock(request, Advance_NeedsLock(now), probeLease, out admission);
        }
    }

    /// <summary>Admits if the endpoint is healthy: one read.</summary>
    public bool TryAdmitHealthy(out Admission admission)
    {
        var word = Volatile.Read(ref _word);
        admission = new Admission(AdmissionRole.Normal, (uint)(word >> 32));
        return (uint)word == (uint)Flags.None;
    }

    /// <summary>Lets a request through although the endpoint is ejected, unless it must be left alone: cooling down or drained.</summary>
    public bool TryAdmitUnchecked(long now)
    {
        lock (_pool.Lock)
        {
            Advance_NeedsLock(now);
            return (Flags_NeedsLock & (Flags.CoolingDown | Flags.Drained)) == Flags.None;
        }
    }

    /// <summary>Whether a request could be admitted now, without taking a probe's place or a part of the ramp's share.</summary>
    public bool IsAvailable(long now)
    {
        if ((uint)Volatile.Read(ref _word) == (uint)Flags.None)
        {
            return true;
        }

        if (now < Volatile.Read(ref _outUntil))
        {
            return false;
        }

        lock (_pool.Lock)
        {
            return IsAvailable_NeedsLock(Advance_NeedsLock(now));
        }
    }

    /// <summary>When the endpoint could be available again: an instant not before now, or never.</summary>
    public long ReturnsAt(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            if (IsAvailable_NeedsLock(now))
            {
                return now;
            }

            // Where all probes are out, the first lease to end frees a place at the latest.
            return _outUntil > now ? _outUntil : _probes.FirstEnd;
        }
    }

    /// <summary>Out for its own failures alone, and not yet being probed.</summary>
    public bool IsEjectedOnly(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return Flags_NeedsLock == Flags.Ejected && now < _schedule.EndsAt;
        }
    }

    /// <summary>How long the endpoint still asks to be left alone; false if it is out for another reason.</summary>
    public bool TryGetCoolDown(long now, out long rest)
    {
        rest = 0;
        if ((uint)Volatile.Read(ref _word) == (uint)Flags.None)
        {
            return true;
        }

        lock (_pool.Lock)
        {
            rest = _coolDown.Left(Advance_NeedsLock(now));
            return (Flags_NeedsLock & (Flags.Ejected | Flags.Drained)) == Flags.None;
        }
    }

    /// <summary>Books a success: the first token of a stream, or a response. A probe that ends well rebinds the admission, so that a later stall still counts.</summary>
    public HealthChange Succeeded(ref Admission admission, long now)
    {
        if (admission.Role == AdmissionRole.Probe)
        {
            lock (_pool.Lock)
            {
                return ProbeSucceeded_NeedsLock(ref admission, Advance_NeedsLock(now));
            }
        }

        // Should the endpoint be ejected between this look and the sample, then the sample is of the old generation, which is not summed up.
        if (admission.Role == AdmissionRole.Normal && admission.Generation == Generation)
        {
            // The endpoint's own time never runs backwards, here too.
            _detector.RecordSuccess(Math.Max(now, Volatile.Read(ref _lastSeen)), admission.Generation);
        }

        return HealthChange.None;
    }

    /// <summary>Books a failure and ejects if a trigger fires, for at least as long as the reply asked for.</summary>
    public HealthChange Failed(in Admission admission, long now, FailureKind kind, TimeSpan? retryAfter = null)
    {
        if (admission.Role == AdmissionRole.Unchecked)
        {
            return HealthChange.None;
        }

        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            if (admission.Generation != Generation)
            {
                return HealthChange.None;
            }

            return admission.Role == AdmissionRole.Probe
                ? ProbeFailed_NeedsLock(admission, now, kind, retryAfter)
                : NormalFailed_NeedsLock(admission, now, kind, retryAfter);
        }
    }

    /// <summary>A result that says nothing about health: gives a probe's place back.</summary>
    public void Ignored(in Admission admission, long now)
    {
        if (admission.Role != AdmissionRole.Probe)
        {
            return;
        }

        lock (_pool.Lock)
        {
            if (TryEndProbe_NeedsLock(admission, Advance_NeedsLock(now)))
            {
                _pool.SignalChange_NeedsLock();
            }
        }
    }

    /// <summary>Leaves the endpoint alone for a time, never for a shorter one than it already is.</summary>
    /// <returns>Whether the endpoint was not cooling down before.</returns>
    public bool CoolDown(long now, TimeSpan duration, FailureKind reason)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            var isFirst = !Flags_NeedsLock.HasFlag(Flags.CoolingDown);
            if (_coolDown.TryExtend(now, duration, reason))
            {
                SetFlags_NeedsLock(Flags_NeedsLock | Flags.CoolingDown);
            }

            _lastFailure = reason;
            return isFirst;
        }
    }

    /// <summary>Takes the endpoint out until <see cref="Restore"/>; what is in flight goes on.</summary>
    public void Drain()
    {
        lock (_pool.Lock)
        {
            SetFlags_NeedsLock(Flags_NeedsLock | Flags.Drained);
        }
    }

    /// <summary>Ejects the endpoint as a trigger would, whatever the cap says. One that is out already stays as it is.</summary>
    public HealthChange Eject(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return IsEjected_NeedsLock ? HealthChange.None : Eject_NeedsLock(now, EjectionReason.Manual, retryAfter: null);
        }
    }

    /// <summary>Back in full, with a clean record: drained, ejected and cooling down no longer, k at 0.</summary>
    public void Restore(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            _schedule.Reset(now);
            _coolDown = default;
            _lastFailure = null;
            BeginGeneration_NeedsLock(Flags.None);
        }
    }

    /// <summary>Applies new settings; k, the window, the run and the ejection survive, and a changed base moves the running deadline.</summary>
    public void Reload(EjectionSettings settings, long now)
    {
        lock (_pool.Lock)
        {
            if (settings == _settings)
            {
                return;
            }

            now = Advance_NeedsLock(now);
            var before = _settings;
            _settings = settings;
            if (settings.Window != before.Window || settings.Buckets != before.Buckets)
            {
                _detector.ReplaceWindow(settings);
            }

            if (!settings.Enabled && (before.Enabled || IsEjected_NeedsLock))
            {
                _schedule.Reset(now);
                BeginGeneration_NeedsLock(Flags_NeedsLock & ~(Flags.Ejected | Flags.Ramping));
            }
            else
            {
                _schedule.Rebase(settings);
                SetFlags_NeedsLock(Flags_NeedsLock);
            }
        }
    }

    /// <summary>How often it was ejected for this reason.</summary>
    public long CountEjections(EjectionReason reason)
    {
        lock (_pool.Lock)
        {
            return _ejectionCounts[(int)reason];
        }
    }

    /// <summary>Notes the state for whoever tells of its changes: each change is noted once.</summary>
    public bool TryNoteState(long now, out EndpointState from, out EndpointState to)
    {
        lock (_pool.Lock)
        {
            from = _notedState;
            to = State_NeedsLock(Advance_NeedsLock(now));
            _notedState = to;
            return from != to;
        }
    }

    public HealthSnapshot GetSnapshot(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            var flags = Flags_NeedsLock;
            var isEjected = flags.HasFlag(Flags.Ejected);
            var isCooling = flags.HasFlag(Flags.CoolingDown);
            var (total, failures) = _detector.Sum(now, Generation);
            return new HealthSnapshot
            {
                State = State_NeedsLock(now),
                Phase = Phase_NeedsLock(now),
                IsAvailable = IsAvailable_NeedsLock(now),
                Multiplier = _schedule.Multiplier,
                EjectionDuration = isEjected ? _schedule.Duration : null,
                EjectedUntil = isEjected ? _schedule.EndsAt : null,
                EjectionReason = isEjected ? _schedule.Reason : null,
                CoolDownUntil = isCooling ? _coolDown.Until : null,
                CoolDownReason = isCooling ? _coolDown.Reason : null,
                LastFailure = _lastFailure,
                SampleCount = total,
                FailureCount = failures,
                ConsecutiveFailures = _detector.ConsecutiveFailures,
                AdmittedRatio = AdmittedRatio_NeedsLock(now),
                ProbesInFlight = _probes.InFlight(now),
                EjectionCount = _ejectionCounts.Sum(),
                RefusedEjectionCount = _refusedEjectionCount,
            };
        }
    }

    /// <summary>Ejected or probing: holds a place under the cap.</summary>
    public bool IsHeld_NeedsLock(long now) => Phase_NeedsLock(now) is EjectionPhase.Ejected or EjectionPhase.Probing;

    private EndpointState State_NeedsLock(long now)
    {
        var phase = Phase_NeedsLock(now);
        if (Flags_NeedsLock.HasFlag(Flags.Drained))
        {
            return EndpointState.Drained;
        }

        if (phase == EjectionPhase.Ejected)
        {
            return EndpointState.Ejected;
        }

        if (Flags_NeedsLock.HasFlag(Flags.CoolingDown))
        {
            return EndpointState.CoolingDown;
        }

        return phase switch
        {
            EjectionPhase.Probing => EndpointState.Probing,
            EjectionPhase.Ramping => EndpointState.Ramping,
            _ => EndpointState.Healthy,
        };
    }

    // Another endpoint's transition asks this one's phase without advancing it, so lapses are derived here, not read.
    private EjectionPhase Phase_NeedsLock(long now)
    {
        if (IsEjected_NeedsLock && now < _schedule.EndsAt)
        {
            return EjectionPhase.Ejected;
        }

        if (IsEjected_NeedsLock && _settings.RequiredProbeSuccesses > 0)
        {
            return EjectionPhase.Probing;
        }

        return Flags_NeedsLock.HasFlag(Flags.Ramping) && !_rampUp.IsOver(now, _settings) ? EjectionPhase.Ramping : EjectionPhase.Healthy;
    }

    private bool IsAvailable_NeedsLock(long now)
        => now >= _outUntil && (!IsEjected_NeedsLock || _probes.HasRoom(now, _settings));

    private double AdmittedRatio_NeedsLock(long now)
    {
        if (IsEjected_NeedsLock)
        {
            return 0;
        }

        return Flags_NeedsLock.HasFlag(Flags.Ramping) ? _rampUp.Ratio(now, _settings) : 1;
    }

    private AdmissionResult TryAdmit_NeedsLock(AdmissionRequest request, long now, long probeLease, out Admission admission)
    {
        admission = default;
        if (!IsAvailable_NeedsLock(now))
        {
            return AdmissionResult.Unavailable;
        }

        if (IsEjected_NeedsLock)
        {
            if (request == AdmissionRequest.NoProbe)
            {
                return AdmissionResult.NeedsProbe;
            }

            admission = new Admission(AdmissionRole.Probe, Generation, _probes.Begin(now, probeLease));
            return AdmissionResult.Admitted;
        }

        if (Flags_NeedsLock.HasFlag(Flags.Ramping) && request != AdmissionRequest.LastResort && !_rampUp.TryTakeShare(now, _settings))
        {
            return AdmissionResult.RampedOut;
        }

        admission = new Admission(AdmissionRole.Normal, Generation);
        return AdmissionResult.Admitted;
    }

    private HealthChange ProbeSucceeded_NeedsLock(ref Admission admission, long now)
    {
        if (!TryEndProbe_NeedsLock(admission, now))
        {
            return HealthChange.None;
        }

        if (!_probes.AddSuccess(_settings))
        {
            admission = default;
            _pool.SignalChange_NeedsLock();
            return HealthChange.None;
        }

        var change = Reinstate_NeedsLock(now);
        admission = new Admission(AdmissionRole.Normal, Generation);
        return change;
    }

    private HealthChange ProbeFailed_NeedsLock(in Admission admission, long now, FailureKind kind, TimeSpan? retryAfter)
    {
        if (!TryEndProbe_NeedsLock(admission, now))
        {
            return HealthChange.None;
        }

        // The endpoint holds its place under the cap while it is probed, so the cap is not asked again.
        _lastFailure = kind;
        return Eject_NeedsLock(now, EjectionReason.ProbeFailed, retryAfter);
    }

    private HealthChange NormalFailed_NeedsLock(in Admission admission, long now, FailureKind kind, TimeSpan? retryAfter)
    {
        _lastFailure = kind;
        var consecutiveFailures = _detector.RecordFailure(now, admission.Generation);
        if (_detector.Fires(consecutiveFailures, now, admission.Generation, _settings) is not { } reason)
        {
            return HealthChange.None;
        }

        if (_pool.AllowsEjection_NeedsLock(now))
        {
            return Eject_NeedsLock(now, reason, retryAfter);
        }

        // Window and run stay as they are, so that the next failure tries again.
        _refusedEjectionCount++;
        return new HealthChange(HealthChangeKind.EjectionRefused, _schedule.Multiplier, Reason: reason);
    }

    /// <summary>Gives a probe's place back; false if its lease is over, by time or because another result decided, so that its result is a late one.</summary>
    private bool TryEndProbe_NeedsLock(in Admission admission, long now)
        => admission.Generation == Generation && _probes.TryEnd(admission.ProbeId, now);

    private HealthChange Eject_NeedsLock(long now, EjectionReason reason, TimeSpan? retryAfter)
    {
        _schedule.Begin(now, reason, retryAfter, _drawJitter(), _settings);
        _ejectionCounts[(int)reason]++;
        BeginGeneration_NeedsLock((Flags_NeedsLock | Flags.Ejected) & ~Flags.Ramping);
        return new HealthChange(HealthChangeKind.Ejected, _schedule.Multiplier, _schedule.Duration, reason);
    }

    private HealthChange Reinstate_NeedsLock(long at)
    {
        var change = new HealthChange(HealthChangeKind.Reinstated, _schedule.Multiplier, _schedule.End(at), _schedule.Reason);
        var flags = Flags_NeedsLock & ~Flags.Ejected;
        if (_settings.RampUpDuration > 0)
        {
            _rampUp.Begin(at);
            flags |= Flags.Ramping;
        }

        BeginGeneration_NeedsLock(flags);
        return change;
    }

    // A new generation empties the window and the run, and makes every result that is still under way a late one.
    private void BeginGeneration_NeedsLock(Flags flags)
    {
        var generation = Generation + 1;
        _probes.Clear();
        _detector.BeginGeneration(generation);
        Publish_NeedsLock(generation, flags);
    }

    private void SetFlags_NeedsLock(Flags flags) => Publish_NeedsLock(Generation, flags);

    // Who reads without the lock may find one of the two written and the other not yet. Then it is admitted with the generation that just
    // ended, asks again under the lock, or goes past an endpoint that was out an instant ago: each as if it had come a moment earlier.
    private void Publish_NeedsLock(uint generation, Flags flags)
    {
        Volatile.Write(ref _outUntil, OutUntil_NeedsLock(flags));
        Volatile.Write(ref _word, ((long)generation << 32) | (uint)flags);
        _pool.SignalChange_NeedsLock();
    }

    private long OutUntil_NeedsLock(Flags flags)
    {
        if (flags.HasFlag(Flags.Drained))
        {
            return long.MaxValue;
        }

        var ejectedUntil = flags.HasFlag(Flags.Ejected) ? _schedule.EndsAt : 0;
        var coolingUntil = flags.HasFlag(Flags.CoolingDown) ? _coolDown.Until : 0;
        return Math.Max(ejectedUntil, coolingUntil);
    }

    /// <summary>The endpoint's own time never runs backwards, and what has lapsed by it takes effect.</summary>
    private long Advance_NeedsLock(long now)
    {
        now = Math.Max(now, _lastSeen);
        Volatile.Write(ref _lastSeen, now);
        if (Flags_NeedsLock.HasFlag(Flags.CoolingDown) && _coolDown.Left(now) == 0)
        {
            SetFlags_NeedsLock(Flags_NeedsLock & ~Flags.CoolingDown);
        }

        if (IsEjected_NeedsLock && _settings.RequiredProbeSuccesses == 0 && now >= _schedule.EndsAt)
        {
            Reinstate_NeedsLock(_schedule.EndsAt);
        }

        if (Flags_NeedsLock.HasFlag(Flags.Ramping) && _rampUp.IsOver(now, _settings))
        {
            SetFlags_NeedsLock(Flags_NeedsLock & ~Flags.Ramping);
        }

        if (!IsEjected_NeedsLock)
        {
            _schedule.Decay(now, _settings);
        }

        return now;
    }
}
