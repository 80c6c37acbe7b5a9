namespace LlmResilience;

/// <content>The cool-down, the operator's verbs, reload, and the snapshot.</content>
internal sealed partial class EndpointHealth
{
    /// <summary>Leaves the endpoint alone for a time, never for a shorter one than it already is.</summary>
    /// <returns>Whether the endpoint was not cooling down before.</returns>
    public bool CoolDown(long now, TimeSpan duration, FailureKind reason)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            var began = !State.HasFlag(Flags.CoolingDown);
            var until = EjectionFormulas.Add(now, duration.Ticks);
            if (until > now && (began || until > _coolingUntil))
            {
                _coolingUntil = until;
                _coolDownReason = reason;
                SetFlags_NeedsLock(State | Flags.CoolingDown);
            }

            return began;
        }
    }

    /// <summary>How long the endpoint still asks to be left alone; false if it is out for another reason.</summary>
    public bool TryGetCoolDown(long now, out long rest)
    {
        if ((uint)Volatile.Read(ref _word) == (uint)Flags.None)
        {
            rest = 0;
            return true;
        }

        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            rest = State.HasFlag(Flags.CoolingDown) ? _coolingUntil - now : 0;
            return (State & (Flags.Ejected | Flags.Drained)) == Flags.None;
        }
    }

    /// <summary>Out for its own failures alone, and not yet being probed.</summary>
    public bool IsEjectedOnly(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return (State & ~Flags.Ramping) == Flags.Ejected && now < Deadline;
        }
    }

    /// <summary>Takes the endpoint out until <see cref="Restore"/>; what is in flight goes on.</summary>
    public void Drain()
    {
        lock (_pool.Lock)
        {
            SetFlags_NeedsLock(State | Flags.Drained);
        }
    }

    /// <summary>Ejects the endpoint as a trigger would, whatever the cap says. One that is out already stays as it is.</summary>
    public HealthChange Eject(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            return State.HasFlag(Flags.Ejected) ? HealthChange.None : Eject_NeedsLock(now, EjectionReason.Operator, retryAfter: null);
        }
    }

    /// <summary>Back in full, with a clean record: drained, ejected and cooling down no longer, k at 0.</summary>
    public void Restore(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            _k = 0;
            _healthySince = now;
            _rampStartedAt = -1;
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
            if (settings.Window != _settings.Window || settings.Buckets != _settings.Buckets)
            {
                Volatile.Write(ref _window, new SlidingWindow(settings.Window, settings.Buckets));
            }

            var switchedOff = _settings.Enabled && !settings.Enabled;
            _settings = settings;
            _k = Math.Min(_k, EjectionFormulas.MaxK(settings.BaseTime, settings.MaxTime));
            var ejected = State.HasFlag(Flags.Ejected);
            if (!settings.Enabled && (switchedOff || ejected))
            {
                _k = 0;
                _healthySince = now;
                _rampStartedAt = -1;
                BeginGeneration_NeedsLock(State & ~(Flags.Ejected | Flags.Ramping));
            }
            else if (ejected)
            {
                _duration = Duration_NeedsLock();
                SetFlags_NeedsLock(State);
            }
        }
    }

    public HealthSnapshot GetSnapshot(long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            var flags = State;
            var ejected = flags.HasFlag(Flags.Ejected);
            var (total, failures) = _window.Sum(now, Generation);
            return new HealthSnapshot
            {
                State = StateOf_NeedsLock(now),
                IsAvailable = IsAvailable_NeedsLock(now),
                IsDrained = flags.HasFlag(Flags.Drained),
                K = _k,
                EjectionTime = ejected ? TimeSpan.FromTicks(Math.Max(_duration, _retryAfterFloor - _ejectedAt)) : null,
                EjectedUntil = ejected ? Deadline : null,
                EjectionReason = ejected ? _reason : null,
                CoolingDownUntil = flags.HasFlag(Flags.CoolingDown) ? _coolingUntil : null,
                CoolDownReason = flags.HasFlag(Flags.CoolingDown) ? _coolDownReason : null,
                Samples = total,
                Failures = failures,
                ConsecutiveFailures = (int)Volatile.Read(ref _run),
                Share = ejected ? 0 : RampShare_NeedsLock(now),
                ProbesInFlight = ProbesInFlight_NeedsLock(now),
                Ejections = _ejections,
                RefusedEjections = _refusedEjections,
            };
        }
    }

    /// <summary>Ejected or probing: holds a place under the cap.</summary>
    public bool IsHeld_NeedsLock(long now) => StateOf_NeedsLock(now) is EndpointState.Ejected or EndpointState.Probing;

    // Another endpoint's transition asks this one's state without advancing it, so lapses are derived here, not read.
    private EndpointState StateOf_NeedsLock(long now)
    {
        if (State.HasFlag(Flags.Ejected))
        {
            return now < Deadline ? EndpointState.Ejected
                : _settings.ProbeSuccesses > 0 ? EndpointState.Probing
                : EndpointState.Healthy;
        }

        return _rampStartedAt >= 0 && now - _rampStartedAt < _settings.RampUp ? EndpointState.Ramping : EndpointState.Healthy;
    }
}
