namespace LlmResilience;

/// <summary>An app's own callbacks for what happens to its requests and endpoints.</summary>
/// <remarks>
/// Set them before the client is built. They are called on the thread on which it happens, after every lock is released, and are never
/// awaited: keep them short, and hand longer work to a queue. What a callback throws is dropped. Several handlers can be combined with
/// <c>+=</c>.
/// </remarks>
public sealed class LlmResilienceEvents
{
    /// <summary>An endpoint is tried again by a request, after a delay.</summary>
    public Action<RetryContext>? OnRetry { get; set; }

    /// <summary>A request moves on to the next endpoint.</summary>
    public Action<FallbackContext>? OnFallback { get; set; }

    /// <summary>An endpoint's state has changed. What lapses by time alone is told when the next request, or the operator, looks at the endpoint.</summary>
    public Action<EndpointStateChangedContext>? OnEndpointStateChanged { get; set; }

    /// <summary>A request has failed for good: at every endpoint, by its own deadline, or in the midst of its stream.</summary>
    public Action<RequestFailedContext>? OnRequestFailed { get; set; }

    internal LlmResilienceEvents Clone() => (LlmResilienceEvents)MemberwiseClone();
}
