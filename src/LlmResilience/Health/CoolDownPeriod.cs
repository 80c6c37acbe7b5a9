using LlmResilience.Utilities;

namespace LlmResilience.Health;

/// <summary>The time in which an endpoint asked to be left alone, which says nothing about its health.</summary>
/// <remarks>Everything is asked under the pool's lock.</remarks>
internal struct CoolDownPeriod
{
    /// <summary>When it ends or ended.</summary>
    public long Until { get; private set; }

    /// <summary>What it is for.</summary>
    public FailureKind Reason { get; private set; }

    /// <summary>Makes it longer, never shorter.</summary>
    public bool TryExtend(long now, TimeSpan duration, FailureKind reason)
    {
        var until = EjectionFormulas.Add(now, duration.Ticks);
        if (until <= now || until <= Until)
        {
            return false;
        }

        Until = until;
        Reason = reason;
        return true;
    }

    public readonly long Left(long now) => Math.Max(0, Until - now);
}
