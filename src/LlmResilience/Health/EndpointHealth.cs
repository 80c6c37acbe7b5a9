namespace LlmResilience;

/// <summary>The passive health of one endpoint: ejection, probes, ramp, cool-down and the operator's word.</summary>
/// <remarks>
/// The published word (generation and flags) answers the common questions without a lock: an admission to an endpoint without a flag, and
/// a success. Whatever changes state happens under the pool's lock. A reader that sees a word an instant too old does no harm: its
/// admission carries the old generation, and results of an old generation decide nothing.
/// </remarks>
internal sealed partial class EndpointHealth
{
    private readonly EjectionPool _pool;
    private readonly Func<long> _drawJitter;
    private EjectionSettings _settings;
    private SlidingWindow _window;

    private long _word;

    // Generation and failures in a row, in one word: a success of an older generation that comes late cannot end the new one's run.
    private long _run;

    // Before this instant the endpoint is certainly out: what lets a request go past an ejected endpoint without the lock.
    private long _outUntil;

    // All below changes only under the lock.
    private long _lastSeen;
    private int _k;
    private long _healthySince;
    private long _ejectedAt;
    private long _duration;
    private long _jitterDraw;
    private long _retryAfterFloor;
    private EjectionReason _reason;
    private long _rampStartedAt = -1;
    private int _rampCredit;
    private long _coolingUntil;
    private FailureKind _coolDownReason;
    private long _ejections;
    private long _refusedEjections;

    public EndpointHealth(EjectionSettings settings, EjectionPool pool, Func<long>? drawJitter = null)
    {
        _settings = settings;
        _window = new SlidingWindow(settings.Window, settings.Buckets);
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

    private Flags State => (Flags)(uint)Volatile.Read(ref _word);

    private long Deadline => Math.Max(EjectionFormulas.Add(_ejectedAt, _duration), _retryAfterFloor);

    /// <summary>Books a success: the first token of a stream, or a response. A probe that ends well rebinds the admission, so that a later stall still counts.</summary>
    public HealthChange Succeeded(ref Admission admission, long now)
    {
        if (admission.Role == AdmissionRole.Probe)
        {
            return ProbeSucceeded(ref admission, now);
        }

        if (admission.Role == AdmissionRole.Normal && admission.Generation == Generation)
        {
            // The endpoint's own time never runs backwards, here too.
            Volatile.Read(ref _window).Record(Math.Max(now, Volatile.Read(ref _lastSeen)), admission.Generation, failure: false);
            EndRun(admission.Generation);
        }

        return HealthChange.None;
    }

    /// <summary>Books a failure and ejects if a trigger fires.</summary>
    /// <param name="admission">The attempt's admission.</param>
    /// <param name="now">The clock.</param>
    /// <param name="retryAfter">What the reply asked for; an ejection lasts at least so long.</param>
    public HealthChange Failed(in Admission admission, long now, TimeSpan? retryAfter = null)
    {
        if (admission.Role == AdmissionRole.Unchecked)
        {
            return HealthChange.None;
        }

        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            if (admission.Role == AdmissionRole.Probe)
            {
                // The endpoint holds its place under the cap while it is probed, so the cap is not asked again.
                return EndProbe_NeedsLock(admission, now) ? Eject_NeedsLock(now, EjectionReason.Probe, retryAfter) : HealthChange.None;
            }

            if (admission.Generation != Generation)
            {
                return HealthChange.None;
            }

            _window.Record(now, admission.Generation, failure: true);
            var consecutive = (int)Interlocked.Increment(ref _run);
            return Trigger_NeedsLock(now, consecutive) is not { } reason ? HealthChange.None
                : _pool.AllowsEjection_NeedsLock(now) ? Eject_NeedsLock(now, reason, retryAfter)
                : Refuse_NeedsLock(reason);
        }
    }

    /// <summary>A result that says nothing about health: gives a probe's place back.</summary>
    public void Ignored(in Admission admission, long now)
    {
        if (admission.Role == AdmissionRole.Probe)
        {
            lock (_pool.Lock)
            {
                if (EndProbe_NeedsLock(admission, Advance_NeedsLock(now)))
                {
                    _pool.SignalChange_NeedsLock();
                }
            }
        }
    }

    private void EndRun(uint generation)
    {
        // Read first: while all is well the line stays shared among the cores.
        var run = Volatile.Read(ref _run);
        while ((int)run != 0 && (uint)(run >> 32) == generation)
        {
            var before = Interlocked.CompareExchange(ref _run, (long)generation << 32, run);
            if (before == run)
            {
                return;
            }

            run = before;
        }
    }

    private EjectionReason? Trigger_NeedsLock(long now, int consecutive)
    {
        if (!_settings.Enabled)
        {
            return null;
        }

        if (_settings.ConsecutiveFailures > 0 && consecutive >= _settings.ConsecutiveFailures)
        {
            return EjectionReason.ConsecutiveFailures;
        }

        if (_settings.FailureRatio <= 0)
        {
            return null;
        }

        var (total, failures) = _window.Sum(now, Generation);
        return EjectionFormulas.Trips(total, failures, _settings.MinimumThroughput, _settings.FailureRatio) ? EjectionReason.FailureRatio : null;
    }

    private HealthChange Refuse_NeedsLock(EjectionReason reason)
    {
        _refusedEjections++;
        return new HealthChange(HealthChangeKind.EjectionRefused, _k, Reason: reason);
    }

    private HealthChange Eject_NeedsLock(long now, EjectionReason reason, TimeSpan? retryAfter)
    {
        DecayK_NeedsLock(now);
        _k = Math.Min(_k + 1, EjectionFormulas.MaxK(_settings.BaseTime, _settings.MaxTime));
        _ejectedAt = now;
        _jitterDraw = _drawJitter();
        _duration = Duration_NeedsLock();
        _retryAfterFloor = retryAfter is { } wait ? EjectionFormulas.Add(now, Math.Min(wait.Ticks, _settings.MaxRetryAfter)) : 0;
        _reason = reason;
        _ejections++;
        _rampStartedAt = -1;
        BeginGeneration_NeedsLock((State | Flags.Ejected) & ~Flags.Ramping);
        return new HealthChange(HealthChangeKind.Ejected, _k, TimeSpan.FromTicks(Math.Max(_duration, _retryAfterFloor - now)), reason);
    }

    private HealthChange Reinstate_NeedsLock(long at)
    {
        var change = new HealthChange(HealthChangeKind.Reinstated, _k, TimeSpan.FromTicks(at - _ejectedAt), _reason);
        _healthySince = at;
        var flags = State & ~Flags.Ejected;
        if (_settings.RampUp > 0)
        {
            _rampStartedAt = at;
            _rampCredit = 0;
            flags |= Flags.Ramping;
        }

        BeginGeneration_NeedsLock(flags);
        return change;
    }

    private long Duration_NeedsLock()
        => EjectionFormulas.Duration(_k, _settings.BaseTime, _settings.MaxTime, _settings.Jitter, _jitterDraw);

    // A new generation empties the window and the run, and makes every result that is still under way a late one.
    private void BeginGeneration_NeedsLock(Flags flags)
    {
        _probes.Clear();
        _probeSuccesses = 0;
        Interlocked.Exchange(ref _run, (long)(Generation + 1) << 32);
        Publish_NeedsLock(Generation + 1, flags);
    }

    private void SetFlags_NeedsLock(Flags flags) => Publish_NeedsLock(Generation, flags);

    private void Publish_NeedsLock(uint generation, Flags flags)
    {
        var outUntil = flags.HasFlag(Flags.CoolingDown) ? _coolingUntil : 0;
        if (flags.HasFlag(Flags.Ejected))
        {
            outUntil = Math.Max(outUntil, Deadline);
        }

        Volatile.Write(ref _outUntil, flags.HasFlag(Flags.Drained) ? long.MaxValue : outUntil);
        Volatile.Write(ref _word, ((long)generation << 32) | (uint)flags);
        _pool.SignalChange_NeedsLock();
    }

    private void DecayK_NeedsLock(long now)
    {
        if (State.HasFlag(Flags.Ejected))
        {
            return;
        }

        // The remainder stays in the anchor; moving it to now would lose it at every look.
        var intervals = Math.Max(0, now - _healthySince) / _settings.HealthyInterval;
        _k = (int)Math.Max(0, _k - intervals);
        _healthySince += intervals * _settings.HealthyInterval;
    }

    /// <summary>The endpoint's own time never runs backwards, and what has lapsed by it takes effect.</summary>
    private long Advance_NeedsLock(long now)
    {
        now = Math.Max(now, _lastSeen);
        Volatile.Write(ref _lastSeen, now);
        var flags = State;
        if (flags.HasFlag(Flags.CoolingDown) && now >= _coolingUntil)
        {
            SetFlags_NeedsLock(flags &= ~Flags.CoolingDown);
        }

        if (flags.HasFlag(Flags.Ejected) && _settings.ProbeSuccesses == 0 && now >= Deadline)
        {
            Reinstate_NeedsLock(Deadline);
            flags = State;
        }

        if (flags.HasFlag(Flags.Ramping) && now - _rampStartedAt >= _settings.RampUp)
        {
            _rampStartedAt = -1;
            SetFlags_NeedsLock(flags & ~Flags.Ramping);
        }

        DecayK_NeedsLock(now);
        return now;
    }
}
