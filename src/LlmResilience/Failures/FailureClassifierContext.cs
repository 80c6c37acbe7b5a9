namespace LlmResilience;

/// <summary>What a <see cref="FailureClassifier"/> may want to know beside the exception.</summary>
public readonly record struct FailureClassifierContext
{
    /// <summary>Creates the context.</summary>
    /// <param name="endpointName">The name of the endpoint that failed.</param>
    /// <param name="timeProvider">The clock.</param>
    public FailureClassifierContext(string endpointName, TimeProvider timeProvider)
    {
        EndpointName = endpointName;
        TimeProvider = timeProvider;
    }

    /// <summary>The name of the endpoint that failed.</summary>
    public string EndpointName { get; }

    /// <summary>The clock, to turn a <c>Retry-After</c> date into a time span.</summary>
    public TimeProvider TimeProvider { get; }
}
