namespace LlmResilience;

/// <summary>What went wrong with an attempt. A closed list: every exception becomes one of these.</summary>
/// <remarks>What each kind does by default is in <see cref="FailureRules"/>.</remarks>
public enum FailureKind
{
    /// <summary>Any exception that no <see cref="FailureClassifier"/> knows.</summary>
    Unknown,

    /// <summary>No first token within <see cref="EndpointTimeouts.FirstToken"/>.</summary>
    FirstTokenTimeout,

    /// <summary>A non-streaming attempt took longer than <see cref="EndpointTimeouts.Response"/>.</summary>
    ResponseTimeout,

    /// <summary>The request's own deadline: <see cref="LlmResilienceOptions.RequestTimeout"/>. It is nobody's failure.</summary>
    RequestTimeout,

    /// <summary>Refused, DNS, TLS, or reset before the headers.</summary>
    ConnectionFailed,

    /// <summary>Status 500, 502, 504, another 5xx, 408, 409, 424 or 425, or an error inside a response of status 200 that names no better kind.</summary>
    ServerError,

    /// <summary>Status 503, 529 or 498, or a code that says the same: no room now.</summary>
    Overloaded,

    /// <summary>Status 429, or a code that says so: throttled.</summary>
    RateLimited,

    /// <summary>The account has no money left: 402, or a code or a precise phrase that says so.</summary>
    QuotaExhausted,

    /// <summary>The key is wrong, or may not do this: 401, 403 unless it names a policy, or a code that says so.</summary>
    Unauthorized,

    /// <summary>No such model or deployment: 404, 405, 410, or a code that says so.</summary>
    NotFound,

    /// <summary>The request is larger than this endpoint ever takes: longer than the model's context, or 413.</summary>
    ContextLengthExceeded,

    /// <summary>The provider's content filter refused the prompt, or stopped the answer.</summary>
    ContentFiltered,

    /// <summary>The request itself is wrong, and would be everywhere: 400, 422, another 4xx, or an argument that the client refuses.</summary>
    InvalidRequest,

    /// <summary>The provider broke its protocol before the first token: malformed JSON or events.</summary>
    InvalidResponse,

    /// <summary>The response ended without content and without a finish reason.</summary>
    EmptyResponse,

    /// <summary>Silence after the first token for longer than <see cref="EndpointTimeouts.BetweenTokens"/>.</summary>
    StreamStalled,

    /// <summary>Cut, reset or malformed after the first token, or ended without a finish reason.</summary>
    StreamInterrupted,

    /// <summary>Not sent: a limit of our own or an endpoint that is out.</summary>
    Rejected,

    /// <summary>The app canceled.</summary>
    Canceled,

    /// <summary>
    /// This endpoint cannot do what the request asks for (images, tools, a parameter, a schema, reasoning that was begun elsewhere), while
    /// another one may: a code or a phrase that says so, 415, 501, or a <see cref="NotSupportedException"/> of the client.
    /// </summary>
    NotSupported,
}
