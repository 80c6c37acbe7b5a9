using LlmResilience.Health;

namespace LlmResilience.Soak.Tests.Health;

/// <summary>An admission as the model gives it; mutable, since a probe that ends well is rebound.</summary>
internal sealed class ModelAdmission
{
    public AdmissionRole Role { get; set; }

    public int Generation { get; set; }

    public int Probe { get; set; }
}

/// <summary>
/// The ejection of one endpoint, written from the design as plainly as it can be: one thread, lists instead of packed words, no fast paths.
/// Two things it says as the design does not: a success and an admission in rotation do not move the endpoint's clock, since they take no
/// lock; and a thread whose own time is before the return of an endpoint that is out is turned away by that time.
/// </summary>
internal sealed class ModelEndpoint(EjectionSettings initial, Func<long> draw, List<ModelEndpoint> pool, double maxEjectedRatio)
{
    private readonly List<(long At, bool Failed)> _window = [];
    private readonly List<(int Id, long LeaseEnd)> _probes = [];
    private EjectionSettings _settings = initial;
    private long _clock;
    private int _generation;
    private int _k;
    private int _run;
    private bool _ejected;
    private long _ejectedAt;
    private long _duration;
    private long _draw;
    private long _floor;
    private EjectionReason _reason;
    private long _healthySince;
    private long? _rampSince;
    private int _credit;
    private long? _coolingUntil;
    private FailureKind _coolingFor;
    private FailureKind? _lastFailure;
    private bool _drained;
    private int _lastProbe;
    private int _probesWell;
    private long _ejections;
    private long _refused;

    private long Deadline => Math.Max(_ejectedAt + _duration, _floor);

    private bool IsPlain => !_ejected && !_drained && _rampSince is null && _coolingUntil is null;

    private long OutUntil => _drained ? long.MaxValue : Math.Max(_coolingUntil ?? 0, _ejected ? Deadline : 0);

    public AdmissionResult Admit(AdmissionRequest request, long now, long lease, out ModelAdmission admission)
    {
        admission = new ModelAdmission();
        if (IsPlain)
        {
            Normal(admission);
            return AdmissionResult.Admitted;
        }

        if (now < OutUntil)
        {
            return AdmissionResult.Unavailable;
        }

        now = MoveClock(now);
        if (!IsAvailable(now))
        {
            return AdmissionResult.Unavailable;
        }

        if (_ejected)
        {
            if (request == AdmissionRequest.NoProbe)
            {
                return AdmissionResult.NeedsProbe;
            }

            admission.Role = AdmissionRole.Probe;
            admission.Generation = _generation;
            admission.Probe = ++_lastProbe;
            _probes.Add((_lastProbe, now + lease));
            return AdmissionResult.Admitted;
        }

        if (_rampSince is not null && request != AdmissionRequest.AnyShare)
        {
            // In millionths, which add up without a rest.
            _credit += (int)Math.Round(Share(now) * 1_000_000);
            if (_credit < 1_000_000)
            {
                return AdmissionResult.RampedOut;
            }

            _credit -= 1_000_000;
        }

        Normal(admission);
        return AdmissionResult.Admitted;
    }

    public HealthChange Succeed(ModelAdmission admission, long now)
    {
        if (admission.Role == AdmissionRole.Normal && admission.Generation == _generation)
        {
            _window.Add((Math.Max(now, _clock), Failed: false));
            _run = 0;
        }
        else if (admission.Role == AdmissionRole.Probe)
        {
            now = MoveClock(now);
            if (!EndProbe(admission, now))
            {
                return HealthChange.None;
            }

            if (++_probesWell < _settings.RequiredProbeSuccesses)
            {
                admission.Role = AdmissionRole.Unchecked;
                return HealthChange.None;
            }

            var change = new HealthChange(HealthChangeKind.Reinstated, _k, TimeSpan.FromTicks(now - _ejectedAt), _reason);
            Reinstate(now);
            Normal(admission);
            return change;
        }

        return HealthChange.None;
    }

    public HealthChange Fail(ModelAdmission admission, long now, Failure failure)
    {
        var retryAfter = failure.Kind == FailureKind.Overloaded ? failure.RetryAfter : null;
        if (admission.Role == AdmissionRole.Unchecked)
        {
            return HealthChange.None;
        }

        now = MoveClock(now);
        if (admission.Role == AdmissionRole.Probe)
        {
            if (!EndProbe(admission, now))
            {
                return HealthChange.None;
            }

            _lastFailure = failure.Kind;
            return Eject(now, EjectionReason.ProbeFailed, retryAfter);
        }

        if (admission.Generation != _generation)
        {
            return HealthChange.None;
        }

        _lastFailure = failure.Kind;
        _window.Add((now, Failed: true));
        _run++;
        if (Trigger(now) is not { } reason)
        {
            return HealthChange.None;
        }

        var held = pool.Count(member => member.PhaseAt(now) is EjectionPhase.Ejected or EjectionPhase.Probing);
        var allowed = maxEjectedRatio <= 0 ? 0 : Math.Max(1, (int)(pool.Count * maxEjectedRatio));
        if (held + 1 > allowed)
        {
            _refused++;
            return new HealthChange(HealthChangeKind.EjectionRefused, _k, Reason: reason);
        }

        return Eject(now, reason, retryAfter);
    }

    public void Ignore(ModelAdmission admission, long now)
    {
        if (admission.Role == AdmissionRole.Probe)
        {
            EndProbe(admission, MoveClock(now));
        }
    }

    public bool CoolDown(long now, TimeSpan duration, FailureKind reason)
    {
        now = MoveClock(now);
        var began = _coolingUntil is null;
        var until = now + duration.Ticks;
        if (until > now && (began || until > _coolingUntil))
        {
            (_coolingUntil, _coolingFor) = (until, reason);
        }

        _lastFailure = reason;

        return began;
    }

    public void Drain() => _drained = true;

    public HealthChange EjectByOperator(long now)
    {
        now = MoveClock(now);
        return _ejected ? HealthChange.None : Eject(now, EjectionReason.Manual, retryAfter: null);
    }

    public void Restore(long now)
    {
        _healthySince = MoveClock(now);
        _k = 0;
        _lastFailure = null;
        _drained = false;
        _coolingUntil = null;
        _ejected = false;
        _rampSince = null;
        BeginGeneration();
    }

    public void Reload(EjectionSettings changed, long now)
    {
        if (changed == _settings)
        {
            return; // Nothing was changed, so nothing happens: not to the operator's word either.
        }

        now = MoveClock(now);
        var wasEnabled = _settings.Enabled;
        if (changed.Window != _settings.Window)
        {
            _window.Clear();
        }

        _settings = changed;
        _k = Math.Min(_k, MaxK);
        if (!changed.Enabled && (wasEnabled || _ejected))
        {
            _k = 0;
            _healthySince = now;
            _ejected = false;
            _rampSince = null;
            BeginGeneration();
        }
        else if (_ejected)
        {
            _duration = Duration();
        }
    }

    public HealthSnapshot Look(long now)
    {
        now = MoveClock(now);
        return new HealthSnapshot
        {
            State = StateAt(now),
            Phase = PhaseAt(now),
            IsAvailable = IsAvailable(now),
            Multiplier = _k,
            EjectionDuration = _ejected ? TimeSpan.FromTicks(Deadline - _ejectedAt) : null,
            EjectedUntil = _ejected ? Deadline : null,
            EjectionReason = _ejected ? _reason : null,
            CoolDownUntil = _coolingUntil,
            CoolDownReason = _coolingUntil is null ? null : _coolingFor,
            LastFailure = _lastFailure,
            SampleCount = Sum(now).Total,
            FailureCount = Sum(now).Failures,
            ConsecutiveFailures = _run,
            AdmittedRatio = _ejected ? 0 : Share(now),
            ProbesInFlight = _probes.Count,
            EjectionCount = _ejections,
            RefusedEjectionCount = _refused,
        };
    }

    private int MaxK => (int)Math.Ceiling((double)_settings.MaxTime / _settings.BaseTime);

    private static void Decay(ref int k, ref long since, long now, long interval)
    {
        while (now - since >= interval)
        {
            since += interval;
            k = Math.Max(0, k - 1);
        }
    }

    private void Normal(ModelAdmission admission)
    {
        admission.Role = AdmissionRole.Normal;
        admission.Generation = _generation;
    }

    private long MoveClock(long now)
    {
        now = _clock = Math.Max(now, _clock);
        if (now >= _coolingUntil)
        {
            _coolingUntil = null;
        }

        if (_ejected && _settings.RequiredProbeSuccesses == 0 && now >= Deadline)
        {
            Reinstate(Deadline);
        }

        if (_rampSince is { } since && now >= since + _settings.RampUpDuration)
        {
            _rampSince = null;
        }

        if (!_ejected)
        {
            Decay(ref _k, ref _healthySince, now, _settings.MultiplierDecayInterval);
        }

        _probes.RemoveAll(probe => now >= probe.LeaseEnd);
        return now;
    }

    private EndpointState StateAt(long now)
    {
        List<EndpointState> reasons = [Enum.Parse<EndpointState>(PhaseAt(now).ToString())];
        if (_coolingUntil is not null)
        {
            reasons.Add(EndpointState.CoolingDown);
        }

        if (_drained)
        {
            reasons.Add(EndpointState.Drained);
        }

        // The later in the list of states, the stronger.
        return reasons.Max();
    }

    private EjectionPhase PhaseAt(long now)
        => _ejected && now < Deadline ? EjectionPhase.Ejected
            : _ejected && _settings.RequiredProbeSuccesses > 0 ? EjectionPhase.Probing
            : _rampSince is { } since && now < since + _settings.RampUpDuration ? EjectionPhase.Ramping
            : EjectionPhase.Healthy;

    private bool IsAvailable(long now) => now >= OutUntil && (!_ejected || _probes.Count < _settings.MaxConcurrentProbes);

    private double Share(long now)
        => _rampSince is not { } since || now - since >= _settings.RampUpDuration ? 1
            : Math.Max(_settings.RampUpInitialRatio, (double)Math.Max(now - since, TimeSpan.TicksPerMillisecond) / _settings.RampUpDuration);

    private bool EndProbe(ModelAdmission admission, long now)
    {
        _probes.RemoveAll(probe => now >= probe.LeaseEnd);
        return admission.Generation == _generation && _probes.RemoveAll(probe => probe.Id == admission.Probe) > 0;
    }

    private EjectionReason? Trigger(long now)
    {
        var (total, failures) = Sum(now);
        return !_settings.Enabled ? null
            : _settings.ConsecutiveFailureThreshold > 0 && _run >= _settings.ConsecutiveFailureThreshold ? EjectionReason.ConsecutiveFailures
            : _settings.FailureRatio > 0 && total >= _settings.MinimumThroughput && failures >= _settings.FailureRatio * total ? EjectionReason.FailureRatio
            : null;
    }

    private (int Total, int Failures) Sum(long now)
    {
        var bucket = _settings.Window / _settings.Buckets;
        var inside = _window.Where(sample => (now / bucket) - (sample.At / bucket) < _settings.Buckets).ToList();
        return (inside.Count, inside.Count(sample => sample.Failed));
    }

    private HealthChange Eject(long now, EjectionReason reason, TimeSpan? retryAfter)
    {
        _k = Math.Min(_k + 1, MaxK);
        _ejected = true;
        _ejectedAt = now;
        _draw = draw();
        _duration = Duration();
        _floor = retryAfter is { } wait ? now + Math.Min(wait.Ticks, _settings.MaxRetryAfter) : 0;
        _reason = reason;
        _ejections++;
        _rampSince = null;
        BeginGeneration();
        return new HealthChange(HealthChangeKind.Ejected, _k, TimeSpan.FromTicks(Deadline - now), reason);
    }

    private long Duration()
    {
        var jitter = _settings.MaxJitter / TimeSpan.TicksPerMillisecond;
        return Math.Min(_k * _settings.BaseTime, _settings.MaxTime) + (_draw % (jitter + 1) * TimeSpan.TicksPerMillisecond);
    }

    private void Reinstate(long at)
    {
        _ejected = false;
        _healthySince = at;
        _rampSince = _settings.RampUpDuration > 0 ? at : null;
        _credit = 0;
        BeginGeneration();
    }

    private void BeginGeneration()
    {
        _generation++;
        _window.Clear();
        _probes.Clear();
        _probesWell = 0;
        _run = 0;
    }
}
