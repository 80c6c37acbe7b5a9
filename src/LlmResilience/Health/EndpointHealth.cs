namespace LlmResilience.Health;

/// <summary>The health of one endpoint, for many threads: what can be told without a lock is told without, all else is one step of <see cref="HealthMachine"/> under the pool's lock.</summary>
/// <remarks>
/// Three things are published. The word, generation and health, answers an admission to a healthy endpoint and takes a success. The
/// instant before which the endpoint is out lets a request go past it. The last instant seen keeps the endpoint's own time from running
/// backwards. Times lapse lazily, when somebody looks: each step first lets the machine advance to now.
/// Who reads without the lock may read just before a step ends, or find one of them written and the other not yet. Then it is admitted
/// with the generation that just ended, asks again under the lock, or goes past an endpoint that was out an instant ago: each as if it had
/// come a moment earlier, and a result of an ended generation decides nothing.
/// It is long and yet one idea, the lock around the machine: each method is one step of it, and none has a thought of its own.
/// </remarks>
internal sealed class EndpointHealth
{
    private readonly EjectionPool _pool;

    // The generation above; below, 0 for a healthy endpoint and 1 for any other.
    private long _word;

    // Before this instant the endpoint is certainly out.
    private long _outUntil;
    private long _lastSeen;

    // Both change under the lock only, but for the successes that the machine records. Never copied: it is a struct to cost no object.
    private HealthMachine _machine;
    private EndpointState _notedState;

    public EndpointHealth(EjectionSettings settings, EjectionPool pool, Func<long>? drawJitter = null)
    {
        _pool = pool;
        _machine = new HealthMachine(settings, drawJitter ?? Random.Shared.NextInt64);
    }

    /// <summary>Whose lock and whose signal of changes it has.</summary>
    public EjectionPool Pool => _pool;

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
            return _machine.TryAdmit(request, Advance_NeedsLock(now), probeLease, out admission);
        }
    }

    /// <summary>Admits if the endpoint is healthy: one read.</summary>
    public bool TryAdmitHealthy(out Admission admission)
    {
        var word = Volatile.Read(ref _word);
        admission = new Admission(AdmissionRole.Normal, GenerationOf(word));
        return IsHealthy(word);
    }

    /// <summary>Lets a request through although the endpoint is not well, unless it must be left alone: cooling down or drained.</summary>
    public bool TryAdmitUnchecked(long now, Leniency leniency)
    {
        lock (_pool.Lock)
        {
            Advance_NeedsLock(now);
            return _machine.Admits(leniency);
        }
    }

    /// <summary>Admits a probe before the ejection's time is over, if the endpoint is out for its own failures alone.</summary>
    public bool TryAdmitAhead(long now, out Admission admission)
    {
        lock (_pool.Lock)
        {
            return _machine.TryAdmitAhead(Advance_NeedsLock(now), out admission);
        }
    }

    /// <summary>Lets a probe keep its place until then, where its lease would end earlier.</summary>
    public void HoldProbe(in Admission admission, long until, long now)
    {
        if (admission.Role != AdmissionRole.Probe)
        {
            return;
        }

        lock (_pool.Lock)
        {
            _machine.HoldProbe(admission, until, Advance_NeedsLock(now));
        }
    }

    /// <summary>Whether a request could be admitted now, without taking a probe's place or a part of the ramp's share.</summary>
    public bool IsAvailable(long now)
    {
        if (IsHealthy(Volatile.Read(ref _word)))
        {
            return true;
        }

        if (now < Volatile.Read(ref _outUntil))
        {
            return false;
        }

        lock (_pool.Lock)
        {
            return _machine.IsAvailable(Advance_NeedsLock(now));
        }
    }

    /// <summary>The share of its requests that it is given: 1 in rotation, less while it ramps, 0 while it is ejected or probed. Lock-free while the endpoint is healthy.</summary>
    public double AdmittedRatio(long now)
    {
        if (IsHealthy(Volatile.Read(ref _word)))
        {
            return 1;
        }

        lock (_pool.Lock)
        {
            return _machine.AdmittedRatio(Advance_NeedsLock(now));
        }
    }

    /// <summary>Ejection, the way back, and a restore each begin a new one.</summary>
    public uint Generation => GenerationOf(Volatile.Read(ref _word));

    /// <summary>Before this instant the endpoint is out, unless the operator restores it or active probes find it well; not later than now if that may change at any moment.</summary>
    public long OutUntil => Volatile.Read(ref _outUntil);

    /// <summary>When the endpoint could be available again, to a request of this leniency: an instant not before now, or never.</summary>
    public long ReturnsAt(long now, Leniency leniency = Leniency.None)
    {
        lock (_pool.Lock)
        {
            return _machine.ReturnsAt(Advance_NeedsLock(now), leniency);
        }
    }

    /// <summary>Out for its own failures alone, and not yet being probed.</summary>
    public bool IsEjectedOnly(long now)
    {
        lock (_pool.Lock)
        {
            return _machine.IsEjectedOnly(Advance_NeedsLock(now));
        }
    }

    /// <summary>How long the endpoint still asks to be left alone; false if it is out for another reason.</summary>
    public bool TryGetCoolDown(long now, out long rest)
    {
        rest = 0;
        if (IsHealthy(Volatile.Read(ref _word)))
        {
            return true;
        }

        lock (_pool.Lock)
        {
            return _machine.TryGetCoolDown(Advance_NeedsLock(now), out rest);
        }
    }

    /// <summary>Books a success: the first token of a stream, or a response. A probe that ends well rebinds the admission, so that a later stall still counts.</summary>
    /// <param name="admission">What the request was admitted with.</param>
    /// <param name="now">The clock.</param>
    /// <param name="lateProbeCounts">Whether a probe whose lease is over counts all the same while no other result has decided.</param>
    public HealthChange Succeeded(ref Admission admission, long now, bool lateProbeCounts = false)
    {
        if (admission.Role is AdmissionRole.Probe or AdmissionRole.ProbeAhead)
        {
            lock (_pool.Lock)
            {
                now = Advance_NeedsLock(now);
                return Publish_NeedsLock(admission.Role == AdmissionRole.Probe
                    ? _machine.ProbeSucceeded(ref admission, now, lateProbeCounts)
                    : _machine.ProbeAheadSucceeded(ref admission, now));
            }
        }

        // Should the endpoint be ejected between this look and the sample, then the sample is of the old generation, which is not summed up.
        if (admission.Role == AdmissionRole.Normal && admission.Generation == GenerationOf(Volatile.Read(ref _word)))
        {
            // The endpoint's own time never runs backwards, here too.
            _machine.RecordSuccess(Math.Max(now, Volatile.Read(ref _lastSeen)), admission.Generation);
        }

        return HealthChange.None;
    }

    /// <summary>Books a failure and ejects if a trigger fires, for at least as long as an overloaded endpoint asked for.</summary>
    public HealthChange Failed(in Admission admission, long now, in Failure failure)
    {
        if (admission.Role is AdmissionRole.Unchecked or AdmissionRole.ProbeAhead)
        {
            return HealthChange.None;
        }

        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return Publish_NeedsLock(admission.Role == AdmissionRole.Probe
                ? _machine.ProbeFailed(admission, now, failure)
                : _machine.Failed(admission, now, failure, _pool));
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
            now = Advance_NeedsLock(now);
            Publish_NeedsLock(_machine.TryEndProbe(admission, now));
        }
    }

    /// <summary>A failure that does not count against the endpoint. That it answered all the same ends a run of failed connections.</summary>
    public void Ignored(in Admission admission, in Failure failure, long now)
    {
        Ignored(admission, now);
        if (admission.Role == AdmissionRole.Normal && FailureOrigin.IsResponse(failure))
        {
            lock (_pool.Lock)
            {
                _machine.Responded(admission);
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
            return Publish_NeedsLock(_machine.CoolDown(now, duration, reason));
        }
    }

    /// <summary>Takes the endpoint out until <see cref="Restore"/>; what is in flight goes on.</summary>
    public void Drain()
    {
        lock (_pool.Lock)
        {
            _machine.Drain();
            Publish_NeedsLock();
        }
    }

    /// <summary>What active probes have found out: whether the endpoint is well, and whether that ends an ejection as well.</summary>
    public HealthChange SetActive(bool isWell, bool endsEjection, long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return Publish_NeedsLock(_machine.SetActive(isWell, endsEjection, now));
        }
    }

    /// <summary>What an active prober has to know.</summary>
    public ProbeNeed GetProbeNeed(long now)
    {
        lock (_pool.Lock)
        {
            return _machine.ProbeNeed(Advance_NeedsLock(now));
        }
    }

    /// <summary>Ejects the endpoint as a trigger would, whatever the cap says. One that is out already stays as it is.</summary>
    public HealthChange Eject(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return Publish_NeedsLock(_machine.EjectByHand(now));
        }
    }

    /// <summary>Back in full, with a clean record: drained, ejected, found ill and cooling down no longer, k at 0.</summary>
    public void Restore(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            _machine.Restore(now);
            Publish_NeedsLock();
        }
    }

    /// <summary>Applies new settings; k, the window, the run and the ejection survive, and a changed base moves the running deadline.</summary>
    public void Reload(EjectionSettings settings, long now)
    {
        lock (_pool.Lock)
        {
            if (settings == _machine.Settings)
            {
                return;
            }

            now = Advance_NeedsLock(now);
            _machine.Reload(settings, now);
            Publish_NeedsLock();
        }
    }

    /// <summary>How often it was ejected for this reason.</summary>
    public long CountEjections(EjectionReason reason)
    {
        lock (_pool.Lock)
        {
            return _machine.CountEjections(reason);
        }
    }

    /// <summary>Notes the state for whoever tells of its changes: each change is noted once.</summary>
    public bool TryNoteState(long now, out EndpointState from, out EndpointState to)
    {
        lock (_pool.Lock)
        {
            from = _notedState;
            to = _machine.State(Advance_NeedsLock(now));
            _notedState = to;
            return from != to;
        }
    }

    public HealthSnapshot GetSnapshot(long now)
    {
        lock (_pool.Lock)
        {
            return _machine.GetSnapshot(Advance_NeedsLock(now));
        }
    }

    /// <summary>Ejected or probing: holds a place under the cap.</summary>
    public bool IsHeld_NeedsLock(long now) => _machine.IsHeld(now);

    /// <summary>Neither that nor found ill by active probes.</summary>
    public bool IsWell_NeedsLock(long now) => _machine.IsWell(now);

    private static bool IsHealthy(long word) => (uint)word == 0;

    private static uint GenerationOf(long word) => (uint)(word >> 32);

    /// <summary>Lets what has lapsed take effect; by the endpoint's own time, which never runs backwards and is returned.</summary>
    private long Advance_NeedsLock(long now)
    {
        now = Math.Max(now, _lastSeen);
        Volatile.Write(ref _lastSeen, now);
        _machine.Advance(now);
        Publish_NeedsLock();
        return now;
    }

    private T Publish_NeedsLock<T>(T outcome)
    {
        Publish_NeedsLock();
        return outcome;
    }

    private void Publish_NeedsLock()
    {
        if (_machine.TakeChange())
        {
            Volatile.Write(ref _outUntil, _machine.OutUntil);
            Volatile.Write(ref _word, ((long)_machine.Generation << 32) | (_machine.IsHealthy ? 0L : 1L));
            _pool.SignalChange_NeedsLock();
        }
    }
}
