namespace LlmResilience;

/// <summary>What <see cref="LlmResilienceEvents.OnEndpointStateChanged"/> is told.</summary>
public sealed class EndpointStateChangedContext
{
    /// <summary>The name under which the client was registered; empty for the default one.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>The endpoint.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>Where it stood when it was last looked at.</summary>
    public EndpointState PreviousState { get; init; }

    /// <summary>Where it stands now. <see cref="LlmEndpoints.TryGetSnapshot"/> tells more, such as until when.</summary>
    public EndpointState State { get; init; }
}
