using LlmResilience.Utilities;

namespace LlmResilience.Health;

/// <summary>The requests that find out whether an ejected endpoint is well again (half-open), each on a lease, so that one that never ends blocks nobody for ever.</summary>
/// <remarks>Everything is asked under the pool's lock.</remarks>
internal struct ProbeLeases()
{
    private readonly List<(uint Id, long EndsAt)> _leases = [];
    private uint _lastId;
    private int _successes;

    /// <summary>When the first place is free again at the latest; asked only while probes are in flight.</summary>
    public readonly long FirstEnd => _leases.Min(static lease => lease.EndsAt);

    public readonly bool HasRoom(long now, EjectionSettings settings) => InFlight(now) < settings.MaxConcurrentProbes;

    /// <summary>Takes a place, of which there must be one.</summary>
    /// <returns>The probe's id.</returns>
    public uint Begin(long now, long lease)
    {
        _lastId++;
        _leases.Add((_lastId, Ticks.Add(now, lease)));
        return _lastId;
    }

    /// <summary>Moves the end of a lease, if that is later and the probe still has its place.</summary>
    public readonly void Extend(uint id, long until, long now)
    {
        var index = InFlight(now) > 0 ? _leases.FindIndex(lease => lease.Id == id) : -1;
        if (index >= 0 && until > _leases[index].EndsAt)
        {
            _leases[index] = (id, until);
        }
    }

    /// <summary>Gives a place back; false if the lease was over by time, so that its result is a late one.</summary>
    public readonly bool TryEnd(uint id, long now) => InFlight(now) > 0 && _leases.RemoveAll(lease => lease.Id == id) > 0;

    public readonly int InFlight(long now)
    {
        for (var i = _leases.Count - 1; i >= 0; i--)
        {
            if (now >= _leases[i].EndsAt)
            {
                _leases.RemoveAt(i);
            }
        }

        return _leases.Count;
    }

    /// <summary>Counts a probe that ended well.</summary>
    /// <returns>Whether they are enough.</returns>
    public bool AddSuccess(EjectionSettings settings)
    {
        _successes++;
        return _successes >= settings.RequiredProbeSuccesses;
    }

    public void Clear()
    {
        _leases.Clear();
        _successes = 0;
    }
}
