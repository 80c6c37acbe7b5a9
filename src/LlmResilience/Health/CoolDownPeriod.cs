using LlmResilience.Utilities;

namespace LlmResilience.Health;

/// <summary>The time in which an endpoint asked to be left alone, which says nothing about its health.</summary>
/// <remarks>Everything is asked under the pool's lock.</remarks>
internal struct CoolDownPeriod
{
    /// <summary>Whether it is set; one that is over stays so until <see cref="TryEnd"/>.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>When it ends; 0 without one.</summary>
    public long Until { get; private set; }

    /// <summary>What it is for.</summary>
    public FailureKind Reason { get; private set; }

    /// <summary>Makes it longer, never shorter.</summary>
    public bool TryExtend(long now, TimeSpan duration, FailureKind reason)
    {
        var until = Ticks.Add(now, duration.Ticks);
        if (until <= now || until <= Until)
        {
            return false;
        }

        IsRunning = true;
        Until = until;
        Reason = reason;
        return true;
    }

    /// <summary>Ends it if its time is over.</summary>
    public bool TryEnd(long now)
    {
        if (!IsRunning || now < Until)
        {
            return false;
        }

        this = default;
        return true;
    }

    public readonly long Left(long now) => Math.Max(0, Until - now);
}
