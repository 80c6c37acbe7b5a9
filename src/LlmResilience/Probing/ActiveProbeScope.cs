namespace LlmResilience;

/// <summary>When an endpoint is probed. One that cools down or is drained is left alone always.</summary>
public enum ActiveProbeScope
{
    /// <summary>While it is in doubt: ejected, being probed by requests, found ill by active probes, or without a success since its last failure.</summary>
    Suspects,

    /// <summary>Always. It costs a request an interval, for each instance of the app, and finds out what no user has met yet.</summary>
    All,
}
