namespace LlmResilience;

/// <summary>What each <see cref="FailureKind"/> does; every row can be changed.</summary>
/// <remarks>
/// The defaults follow one thought: what the request did wrong is told to the app at once, what the endpoint did wrong moves the request
/// on, and only what says something about the endpoint's health counts against it.
/// </remarks>
public sealed class FailureRules
{
    private static readonly TimeSpan ConfigurationCoolDown = TimeSpan.FromMinutes(1);

    /// <summary>The default: fall back, count it.</summary>
    public FailureRule Unknown { get; set; } = new() { Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: fall back, count it.</summary>
    public FailureRule FirstTokenTimeout { get; set; } = new() { Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: fall back, count it.</summary>
    public FailureRule ResponseTimeout { get; set; } = new() { Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: retry, fall back, count it.</summary>
    public FailureRule ConnectionFailed { get; set; } = new() { Retry = true, Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: retry, fall back, count it.</summary>
    public FailureRule ServerError { get; set; } = new() { Retry = true, Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: retry, fall back, count it; with a <c>Retry-After</c> also a cool-down.</summary>
    public FailureRule Overloaded { get; set; } = new() { Retry = true, Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: retry, fall back, cool down for 1 second without a <c>Retry-After</c>.</summary>
    public FailureRule RateLimited { get; set; } = new() { Retry = true, Fallback = true, CoolDown = TimeSpan.FromSeconds(1) };

    /// <summary>
    /// The default: fall back, cool down for the wait that the provider gave, at most 5 minutes, else for
    /// <see cref="EjectionOptions.MaxEjectionTime"/> (which a value set here replaces).
    /// </summary>
    public FailureRule QuotaExhausted { get; set; } = new() { Fallback = true };

    /// <summary>The default: fall back, cool down for 1 minute, log an error once per cool-down.</summary>
    public FailureRule Unauthorized { get; set; } = new() { Fallback = true, CoolDown = ConfigurationCoolDown };

    /// <summary>
    /// The default: fall back, cool down for 1 minute, log an error once per cool-down. Where the request named the model, since the
    /// endpoint has no <see cref="EndpointOptions.ModelId"/>, nothing cools down: another request may name another.
    /// </summary>
    public FailureRule NotFound { get; set; } = new() { Fallback = true, CoolDown = ConfigurationCoolDown };

    /// <summary>The default: fall back, past endpoints whose <see cref="EndpointOptions.ContextWindow"/> is smaller.</summary>
    public FailureRule ContextLengthExceeded { get; set; } = new() { Fallback = true };

    /// <summary>The default: fall back.</summary>
    public FailureRule NotSupported { get; set; } = new() { Fallback = true };

    /// <summary>The default: the app gets the original exception.</summary>
    public FailureRule ContentFiltered { get; set; } = new();

    /// <summary>The default: the app gets the original exception.</summary>
    public FailureRule InvalidRequest { get; set; } = new();

    /// <summary>The default: retry, fall back, count it.</summary>
    public FailureRule InvalidResponse { get; set; } = new() { Retry = true, Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: retry, fall back, count it.</summary>
    public FailureRule EmptyResponse { get; set; } = new() { Retry = true, Fallback = true, CountsAgainstHealth = true };

    /// <summary>The default: count it, as one more sample beside the success of the first token. It comes too late to retry or fall back.</summary>
    public FailureRule StreamStalled { get; set; } = new() { CountsAgainstHealth = true };

    /// <summary>The default: count it, as one more sample beside the success of the first token. It comes too late to retry or fall back.</summary>
    public FailureRule StreamInterrupted { get; set; } = new() { CountsAgainstHealth = true };

    /// <summary>The default: fall back.</summary>
    public FailureRule Rejected { get; set; } = new() { Fallback = true };

    // The app's own cancel and the request's own deadline are no rules to be changed: both end the request and leave no trace.
    private static FailureRule EndsTheRequest => new();

    /// <summary>The rule of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>
    /// The rule. A change of it applies as one through its property does, except for <see cref="FailureKind.Canceled"/> and
    /// <see cref="FailureKind.RequestTimeout"/>, which have no rule: they always end the request and leave no trace in an endpoint's health.
    /// </returns>
    public FailureRule this[FailureKind kind] => kind switch
    {
        FailureKind.FirstTokenTimeout => FirstTokenTimeout,
        FailureKind.ResponseTimeout => ResponseTimeout,
        FailureKind.ConnectionFailed => ConnectionFailed,
        FailureKind.ServerError => ServerError,
        FailureKind.Overloaded => Overloaded,
        FailureKind.RateLimited => RateLimited,
        FailureKind.QuotaExhausted => QuotaExhausted,
        FailureKind.Unauthorized => Unauthorized,
        FailureKind.NotFound => NotFound,
        FailureKind.ContextLengthExceeded => ContextLengthExceeded,
        FailureKind.NotSupported => NotSupported,
        FailureKind.ContentFiltered => ContentFiltered,
        FailureKind.InvalidRequest => InvalidRequest,
        FailureKind.InvalidResponse => InvalidResponse,
        FailureKind.EmptyResponse => EmptyResponse,
        FailureKind.StreamStalled => StreamStalled,
        FailureKind.StreamInterrupted => StreamInterrupted,
        FailureKind.Rejected => Rejected,
        FailureKind.Canceled or FailureKind.RequestTimeout => EndsTheRequest,
        _ => Unknown,
    };

    internal FailureRules Clone() => new()
    {
        Unknown = Unknown.Clone(),
        FirstTokenTimeout = FirstTokenTimeout.Clone(),
        ResponseTimeout = ResponseTimeout.Clone(),
        ConnectionFailed = ConnectionFailed.Clone(),
        ServerError = ServerError.Clone(),
        Overloaded = Overloaded.Clone(),
        RateLimited = RateLimited.Clone(),
        QuotaExhausted = QuotaExhausted.Clone(),
        Unauthorized = Unauthorized.Clone(),
        NotFound = NotFound.Clone(),
        ContextLengthExceeded = ContextLengthExceeded.Clone(),
        NotSupported = NotSupported.Clone(),
        ContentFiltered = ContentFiltered.Clone(),
        InvalidRequest = InvalidRequest.Clone(),
        InvalidResponse = InvalidResponse.Clone(),
        EmptyResponse = EmptyResponse.Clone(),
        StreamStalled = StreamStalled.Clone(),
        StreamInterrupted = StreamInterrupted.Clone(),
        Rejected = Rejected.Clone(),
    };
}
