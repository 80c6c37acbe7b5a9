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

    /// <summary>Status 500, 502, 504, 408 or 409, or an error inside a response of status 200.</summary>
    ServerError,

    /// <summary>Status 503 or 529.</summary>
    Overloaded,

    /// <summary>Status 429.</summary>
    RateLimited,

    /// <summary>The account has no credit or quota left: 402, or another status whose code says so.</summary>
    QuotaExhausted,

    /// <summary>Status 401 or 403: the key is wrong or may not use the model.</summary>
    Unauthorized,

    /// <summary>Status 404: no such model or deployment.</summary>
    NotFound,

    /// <summary>The prompt is longer than the model's context.</summary>
    ContextLengthExceeded,

    /// <summary>The provider's content filter refused the prompt.</summary>
    ContentFiltered,

    /// <summary>The request itself is wrong: 400, 413, 415, 422, or an argument that the client refuses.</summary>
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
}
