using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Telemetry;
using LlmResilience.Utilities;

namespace LlmResilience.Chains;

/// <summary>What all chains of one client share, whatever a reload or a choice of endpoints makes of them.</summary>
internal sealed class ChainContext(MonotonicClock clock, ChainTelemetry telemetry)
{
    private int _onlyPlace;

    public MonotonicClock Clock => clock;

    public ChainTelemetry Telemetry => telemetry;

    public EjectionPool Pool { get; } = new();

    /// <summary>Which endpoint has which conversation, job or file.</summary>
    public StateMemory States { get; } = new();

    /// <summary>Those who wait for an endpoint to return, first come, first served.</summary>
    public RequestLine Line { get; } = new();

    /// <summary>Takes the one place of a request that asks an ejected endpoint while all are unavailable.</summary>
    public bool TryTakeOnlyPlace() => Interlocked.CompareExchange(ref _onlyPlace, 1, 0) == 0;

    public void LeaveOnlyPlace() => Volatile.Write(ref _onlyPlace, 0);
}
