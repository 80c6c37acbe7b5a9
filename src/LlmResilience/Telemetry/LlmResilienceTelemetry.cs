namespace LlmResilience;

/// <summary>The names of everything that the library measures.</summary>
/// <remarks>
/// Tags hold names and kinds only; never a prompt, an answer, a key, or who asked. Kinds, states and triggers are in snake case. No name is
/// one of OpenTelemetry's <c>gen_ai.*</c> instruments, so that an app that measures those too counts nothing twice.
/// </remarks>
public static class LlmResilienceTelemetry
{
    /// <summary>The meter: <c>metrics.AddMeter(LlmResilienceTelemetry.MeterName)</c>.</summary>
    public const string MeterName = "LlmResilience";

    /// <summary>
    /// Histogram, seconds: how long requests took, until the app is done with their streams. By <see cref="OutcomeTag"/>,
    /// <see cref="RequestRecoveryTag"/> and, if they failed, <see cref="ErrorTypeTag"/>.
    /// </summary>
    public const string RequestDuration = "llm_resilience.request.duration";

    /// <summary>
    /// Histogram, seconds: how long attempts took, streams to their end. By <see cref="EndpointNameTag"/>, <see cref="ProviderNameTag"/>,
    /// <see cref="RequestModelTag"/>, <see cref="OutcomeTag"/> and, if they failed, <see cref="ErrorTypeTag"/>.
    /// </summary>
    public const string AttemptDuration = "llm_resilience.attempt.duration";

    /// <summary>
    /// Histogram, seconds: from the call of an endpoint to its first token, or to its response. By <see cref="EndpointNameTag"/>,
    /// <see cref="ProviderNameTag"/> and <see cref="RequestModelTag"/>.
    /// </summary>
    public const string AttemptTimeToFirstToken = "llm_resilience.attempt.time_to_first_token";

    /// <summary>Up-down counter, <c>{attempt}</c>: attempts in flight, by <see cref="EndpointNameTag"/>.</summary>
    public const string AttemptActive = "llm_resilience.attempt.active";

    /// <summary>Up-down counter, <c>{attempt}</c>: attempts that were given up and whose client has not let go, by <see cref="EndpointNameTag"/>.</summary>
    public const string AttemptAbandoned = "llm_resilience.attempt.abandoned";

    /// <summary>Counter, <c>{retry}</c>: attempts at the same endpoint again, by <see cref="EndpointNameTag"/> and <see cref="ErrorTypeTag"/>.</summary>
    public const string Retries = "llm_resilience.retries";

    /// <summary>
    /// Counter, <c>{fallback}</c>: requests that moved on, by <see cref="EndpointNameTag"/> (the endpoint they left),
    /// <see cref="FallbackTargetTag"/> and <see cref="ErrorTypeTag"/>.
    /// </summary>
    public const string Fallbacks = "llm_resilience.fallbacks";

    /// <summary>
    /// Up-down counter, <c>{endpoint}</c>: 1 for the state that an endpoint is in, 0 for the other six, by <see cref="EndpointNameTag"/>
    /// and <see cref="EndpointStateTag"/>.
    /// </summary>
    public const string EndpointStatus = "llm_resilience.endpoint.status";

    /// <summary>Gauge, <c>{ejection}</c>: k, by which the base ejection time is multiplied, by <see cref="EndpointNameTag"/>.</summary>
    public const string EjectionMultiplier = "llm_resilience.ejection.multiplier";

    /// <summary>Counter, <c>{ejection}</c>: ejections so far, from 0, by <see cref="EndpointNameTag"/> and <see cref="EjectionTriggerTag"/>.</summary>
    public const string Ejections = "llm_resilience.ejections";

    /// <summary>
    /// Counter, <c>{probe}</c>: probes that have ended, by <see cref="EndpointNameTag"/>, <see cref="ProbeTypeTag"/>, <see cref="OutcomeTag"/>
    /// and, if they failed, <see cref="ErrorTypeTag"/>. They are in no other measure.
    /// </summary>
    public const string Probes = "llm_resilience.probes";

    /// <summary>Tag: the name under which the client was registered; <c>default</c> for the default one.</summary>
    public const string ClientNameTag = "llm_resilience.client.name";

    /// <summary>Tag: the endpoint's name.</summary>
    public const string EndpointNameTag = "llm_resilience.endpoint.name";

    /// <summary>Tag: an <see cref="EndpointState"/>.</summary>
    public const string EndpointStateTag = "llm_resilience.endpoint.state";

    /// <summary>Tag: what ejected the endpoint, an <see cref="EjectionReason"/>.</summary>
    public const string EjectionTriggerTag = "llm_resilience.ejection.trigger";

    /// <summary>Tag: <c>active</c>, a probe that the library has sent by itself.</summary>
    public const string ProbeTypeTag = "llm_resilience.probe.type";

    /// <summary>Tag: the endpoint that a request moved on to.</summary>
    public const string FallbackTargetTag = "llm_resilience.fallback.target";

    /// <summary>Tag: <c>success</c>, <c>failure</c>, or <c>canceled</c> by the app.</summary>
    public const string OutcomeTag = "llm_resilience.outcome";

    /// <summary>Tag: what saved a request: <c>none</c> (nothing had to), <c>retry</c> or <c>fallback</c>.</summary>
    public const string RequestRecoveryTag = "llm_resilience.request.recovery";

    /// <summary>Tag: the provider, as the endpoint's client names itself.</summary>
    public const string ProviderNameTag = "gen_ai.provider.name";

    /// <summary>Tag: the model that the endpoint is asked for, where it is the endpoint's own.</summary>
    public const string RequestModelTag = "gen_ai.request.model";

    /// <summary>
    /// Tag: the <see cref="FailureKind"/>; for requests also <c>all_endpoints_failed</c> and <c>all_endpoints_unavailable</c>.
    /// </summary>
    public const string ErrorTypeTag = "error.type";
}
