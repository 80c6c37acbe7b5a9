namespace LlmResilience;

/// <summary>What ejected an endpoint.</summary>
public enum EjectionReason
{
    /// <summary>The share of failures in the window.</summary>
    FailureRatio,

    /// <summary>Failures in a row.</summary>
    ConsecutiveFailures,

    /// <summary>Gateway errors (502, 503, 504) in a row.</summary>
    ConsecutiveGatewayFailures,

    /// <summary>Failed connections in a row.</summary>
    ConsecutiveConnectionFailures,

    /// <summary>A probe after an earlier ejection.</summary>
    ProbeFailed,

    /// <summary>The operator, with <see cref="LlmEndpoints.Eject"/>.</summary>
    Manual,
}
