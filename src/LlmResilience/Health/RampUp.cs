namespace LlmResilience.Health;

/// <summary>The growing share of requests that an endpoint is given once it is back (Envoy's slow start).</summary>
/// <remarks>Everything is asked under the pool's lock, and only while the endpoint is ramping.</remarks>
internal struct RampUp
{
    // Whole numbers, so that ten tenths are one.
    private const int Whole = 1_000_000;

    private long _startedAt;
    private int _credit;

    public void Begin(long at)
    {
        _startedAt = at;
        _credit = 0;
    }

    public readonly bool IsOver(long now, EjectionSettings settings) => now - _startedAt >= settings.RampUpDuration;

    public readonly double Ratio(long now, EjectionSettings settings)
        => EjectionFormulas.RampRatio(now - _startedAt, settings.RampUpDuration, settings.RampUpInitialRatio);

    /// <summary>Whether this request is part of the share, which is dealt by adding up and not by chance: a tenth is every tenth request.</summary>
    public bool TryTakeShare(long now, EjectionSettings settings)
    {
        _credit += (int)Math.Round(Ratio(now, settings) * Whole);
        if (_credit < Whole)
        {
            return false;
        }

        _credit -= Whole;
        return true;
    }
}
