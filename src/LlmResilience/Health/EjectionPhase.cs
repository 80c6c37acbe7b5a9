namespace LlmResilience.Health;

/// <summary>Where an endpoint stands in ejection alone, whatever else keeps it from being asked: what counts for the pool's cap and for panic.</summary>
internal enum EjectionPhase : byte
{
    Healthy,
    Ejected,
    Probing,
    Ramping,
}
