namespace LlmResilience;

/// <summary>The names of everything that the library measures.</summary>
/// <remarks>Tags hold names and kinds only; never a prompt, an answer or a key.</remarks>
public static class LlmResilienceTelemetry
{
    /// <summary>The meter: <c>metrics.AddMeter(LlmResilienceTelemetry.MeterName)</c>.</summary>
    public const string MeterName = "LlmResilience";

    /// <summary>Counter, <c>{request}</c>: requests of the app that failed at every endpoint.</summary>
    public const string FailedRequests = "llm_resilience.request.failures";

    /// <summary>Counter, <c>{attempt}</c>: attempts that ended, by <see cref="EndpointTag"/> and, if they failed, <see cref="ErrorTypeTag"/>.</summary>
    public const string Attempts = "llm_resilience.attempts";

    /// <summary>Histogram, seconds: how long attempts took, streams to their end.</summary>
    public const string AttemptDuration = "llm_resilience.attempt.duration";

    /// <summary>Histogram, seconds: from the call to the first token.</summary>
    public const string FirstTokenDuration = "llm_resilience.first_token.duration";

    /// <summary>Counter, <c>{retry}</c>: attempts at the same endpoint again.</summary>
    public const string Retries = "llm_resilience.retries";

    /// <summary>Counter, <c>{fallback}</c>: requests that moved on from an endpoint, by its name and the failure's kind.</summary>
    public const string Fallbacks = "llm_resilience.fallbacks";

    /// <summary>Counter, <c>{ejection}</c>: ejections, by endpoint and <see cref="ReasonTag"/>.</summary>
    public const string Ejections = "llm_resilience.ejections";

    /// <summary>Gauge: 0 healthy, 1 ramping, 2 probing, 3 unhealthy, 4 cooling down, 5 ejected, 6 drained, as in <see cref="EndpointState"/>.</summary>
    public const string EndpointStateGauge = "llm_resilience.endpoint.state";

    /// <summary>Gauge: k, by which the base ejection time is multiplied.</summary>
    public const string EndpointK = "llm_resilience.endpoint.k";

    /// <summary>Gauge, <c>{attempt}</c>: attempts in flight.</summary>
    public const string EndpointInFlight = "llm_resilience.endpoint.in_flight";

    /// <summary>Gauge, <c>{attempt}</c>: attempts that were abandoned and whose client has not let go.</summary>
    public const string EndpointOrphans = "llm_resilience.endpoint.orphans";

    /// <summary>Tag: the name under which the client was registered; empty for the default one.</summary>
    public const string ClientTag = "llm_resilience.client";

    /// <summary>Tag: the endpoint's name.</summary>
    public const string EndpointTag = "llm_resilience.endpoint";

    /// <summary>Tag: the reason of an ejection.</summary>
    public const string ReasonTag = "llm_resilience.reason";

    /// <summary>Tag: the <see cref="FailureKind"/>.</summary>
    public const string ErrorTypeTag = "error.type";
}
