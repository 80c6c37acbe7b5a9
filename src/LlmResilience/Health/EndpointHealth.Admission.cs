namespace LlmResilience;

/// <content>Who is let through: normal requests, probes on a lease, the ramp's share.</content>
internal sealed partial class EndpointHealth
{
    // Whole numbers, so that ten tenths are one.
    private const int WholeShare = 1_000_000;

    private readonly List<(long Id, long LeaseEnd)> _probes = [];
    private long _lastProbeId;
    private int _probeSuccesses;

    /// <summary>Asks for an admission. Lock-free while the endpoint is healthy, and while it is certainly out.</summary>
    /// <param name="request">How much is asked.</param>
    /// <param name="now">The clock.</param>
    /// <param name="probeLease">How long a probe may keep its place, in ticks.</param>
    /// <param name="admission">The admission.</param>
    public AdmissionResult TryAdmit(AdmissionRequest request, long now, long probeLease, out Admission admission)
    {
        if (TryAdmitHealthy(out admission))
        {
            return AdmissionResult.Admitted;
        }

        if (now < Volatile.Read(ref _outUntil))
        {
            admission = default;
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

    /// <summary>Lets a request through although the endpoint is ejected, unless it must be left alone: cooling down or drained.</summary>
    public bool TryAdmitUnchecked(long now)
    {
        lock (_pool.Lock)
        {
            Advance_NeedsLock(now);
            return (State & (Flags.CoolingDown | Flags.Drained)) == Flags.None;
        }
    }

    /// <summary>A normal admission whatever the cool-down, the ramp and the operator say.</summary>
    internal Admission AdmitWhatever(long now)
    {
        lock (_pool.Lock)
        {
            Advance_NeedsLock(now);
            return new Admission(AdmissionRole.Normal, Generation);
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
            var outUntil = Volatile.Read(ref _outUntil);
            return outUntil > now ? outUntil : _probes.Min(probe => probe.LeaseEnd);
        }
    }

    private bool IsAvailable_NeedsLock(long now)
        => now >= Volatile.Read(ref _outUntil) && (!State.HasFlag(Flags.Ejected) || ProbesInFlight_NeedsLock(now) < _settings.ProbeConcurrency);

    private AdmissionResult TryAdmit_NeedsLock(AdmissionRequest request, long now, long probeLease, out Admission admission)
    {
        admission = default;
        if (!IsAvailable_NeedsLock(now))
        {
            return AdmissionResult.Unavailable;
        }

        if (State.HasFlag(Flags.Ejected))
        {
            if (request == AdmissionRequest.NoProbe)
            {
                return AdmissionResult.NeedsProbe;
            }

            admission = new Admission(AdmissionRole.Probe, Generation, ++_lastProbeId);
            _probes.Add((admission.ProbeId, EjectionFormulas.Add(now, probeLease)));
            return AdmissionResult.Admitted;
        }

        // Shares are dealt by adding up, not by chance: a share of a tenth admits every tenth request.
        if (State.HasFlag(Flags.Ramping) && request != AdmissionRequest.LastResort)
        {
            _rampCredit += (int)Math.Round(RampShare_NeedsLock(now) * WholeShare);
            if (_rampCredit < WholeShare)
            {
                return AdmissionResult.RampedOut;
            }

            _rampCredit -= WholeShare;
        }

        admission = new Admission(AdmissionRole.Normal, Generation);
        return AdmissionResult.Admitted;
    }

    private HealthChange ProbeSucceeded(ref Admission admission, long now)
    {
        lock (_pool.Lock)
        {
            now = Advance_NeedsLock(now);
            if (!EndProbe_NeedsLock(admission, now))
            {
                return HealthChange.None;
            }

            if (++_probeSuccesses < _settings.ProbeSuccesses)
            {
                admission = default;
                _pool.SignalChange_NeedsLock();
                return HealthChange.None;
            }

            var change = Reinstate_NeedsLock(now);
            admission = new Admission(AdmissionRole.Normal, Generation);
            return change;
        }
    }

    /// <summary>Gives a probe's place back; false if its lease is over, by time or because another result decided, so that its result is a late one.</summary>
    private bool EndProbe_NeedsLock(in Admission admission, long now)
    {
        ProbesInFlight_NeedsLock(now);
        var id = admission.ProbeId;
        return admission.Generation == Generation && _probes.RemoveAll(probe => probe.Id == id) > 0;
    }

    private int ProbesInFlight_NeedsLock(long now)
    {
        if (_probes.Count > 0)
        {
            _probes.RemoveAll(probe => now >= probe.LeaseEnd);
        }

        return _probes.Count;
    }

    private double RampShare_NeedsLock(long now)
        => _rampStartedAt < 0 ? 1 : EjectionFormulas.RampShare(now - _rampStartedAt, _settings.RampUp, _settings.RampStart);
}
