namespace LlmResilience;

/// <summary>What <see cref="LlmResilienceEvents.OnFallback"/> is told.</summary>
public sealed class FallbackContext
{
    /// <summary>The name under which the client was registered; empty for the default one.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>The endpoint that failed.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>The endpoint that is asked next.</summary>
    public string NextEndpointName { get; init; } = "";

    /// <summary>How the attempt failed.</summary>
    public Failure Failure { get; init; }
}
