namespace LlmResilience;

/// <summary>What <see cref="LlmResilienceEvents.OnRetry"/> is told.</summary>
public sealed class RetryContext
{
    /// <summary>The name under which the client was registered; empty for the default one.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>The endpoint that failed and is tried again.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>How its attempt failed.</summary>
    public Failure Failure { get; init; }

    /// <summary>How long the request waits before it tries again.</summary>
    public TimeSpan Delay { get; init; }
}
