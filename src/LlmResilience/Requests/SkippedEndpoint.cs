namespace LlmResilience;

/// <summary>An endpoint of the chain that a failed request did not ask.</summary>
public sealed class SkippedEndpoint
{
    /// <summary>Creates the description of an endpoint that was not asked.</summary>
    /// <param name="endpointName">The endpoint's name.</param>
    /// <param name="unavailable">Why it could not be asked; <see langword="null"/> if its turn did not come.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endpointName"/> is null.</exception>
    public SkippedEndpoint(string endpointName, EndpointUnavailableException? unavailable = null)
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        EndpointName = endpointName;
        Unavailable = unavailable;
    }

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; }

    /// <summary>
    /// Why it could not be asked, and when to come back. <see langword="null"/> if it was not reached: it may be well, but the request's
    /// attempts or its time were spent before its turn, or the prompt was longer than its context.
    /// </summary>
    public EndpointUnavailableException? Unavailable { get; }
}
