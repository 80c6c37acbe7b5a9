namespace LlmResilience;

/// <summary>What ejected an endpoint.</summary>
public enum EjectionReason
{
    /// <summary>The share of failures in the window.</summary>
    FailureRatio,

    /// <summary>Failures in a row.</summary>
    ConsecutiveFailures,

    /// <summary>A probe failed.</summary>
    Probe,

    /// <summary>The operator.</summary>
    Operator,
}
