namespace LlmResilience;

/// <summary>What a <see cref="FailureClassifier"/> may want to know beside the exception.</summary>
/// <param name="EndpointName">The name of the endpoint that failed.</param>
/// <param name="TimeProvider">The clock, to turn a <c>Retry-After</c> date into a time span.</param>
public readonly record struct FailureContext(string EndpointName, TimeProvider TimeProvider);
