namespace LlmResilience.Testing;

/// <summary>One way in which a response in Anthropic's protocol goes wrong. Hand it to <see cref="SimulatedAnthropicServer.Faults"/>.</summary>
/// <remarks>
/// With 0 tokens a stream is struck after its <c>message_start</c>, else right after that many tokens; an answer that turns out shorter
/// is struck before its stop reason. A fault has no state: one may serve many requests.
/// </remarks>
public sealed class SimulatedAnthropicFault
{
    private SimulatedAnthropicFault(AnthropicStrike strike, int tokens = 0) => (Strike, Tokens) = (strike, tokens);

    internal AnthropicStrike Strike { get; }

    internal int Tokens { get; }

    internal int StatusCode { get; private init; }

    internal string? Type { get; private init; }

    internal string? Message { get; private init; }

    internal IReadOnlyDictionary<string, string>? Headers { get; private init; }

    /// <summary>An error instead of an answer, with a body in Anthropic's shape.</summary>
    /// <param name="status">The HTTP status, from 400 to 599.</param>
    /// <param name="type">The body's <c>error.type</c>; by default the one that Anthropic sends with the status.</param>
    /// <param name="message">The body's <c>error.message</c>; by default it names the status.</param>
    /// <param name="headers">Headers to send as well, such as <c>retry-after</c>.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault Status(int status, string? type = null, string? message = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new(AnthropicStrike.Status) { StatusCode = status, Type = type, Message = message, Headers = headers };
    }

    /// <summary>The request is taken, and nothing ever comes: no headers, no end.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault Silence() => new(AnthropicStrike.Silence);

    /// <summary>The headers of a good response come at once, and nothing after them.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault SilenceAfterHeaders() => new(AnthropicStrike.SilenceAfterHeaders);

    /// <summary>Status 200 and a body of no bytes.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault EmptyStream() => new(AnthropicStrike.Empty);

    /// <summary>Silence after some tokens, on a connection that stays open. A non-streaming body never comes.</summary>
    /// <param name="tokens">How many tokens come before; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault StallAfter(int tokens) => After(AnthropicStrike.Stall, tokens);

    /// <summary>After some tokens nothing but pings, for ever: a connection that looks alive. A non-streaming body never comes.</summary>
    /// <param name="tokens">How many tokens come before; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault PingsAfter(int tokens) => After(AnthropicStrike.Pings, tokens);

    /// <summary>The connection is aborted after some tokens. A non-streaming response is cut in the middle of its body.</summary>
    /// <param name="tokens">How many tokens come before; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault CutAfter(int tokens) => After(AnthropicStrike.Cut, tokens);

    /// <summary>A truncated answer that looks complete to HTTP: the body ends cleanly after some tokens, without a stop reason and without <c>message_stop</c>.</summary>
    /// <param name="tokens">How many tokens come before; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault EndWithoutStop(int tokens) => After(AnthropicStrike.End, tokens);

    /// <summary>After some tokens an event whose data is no JSON. A non-streaming body is half a document.</summary>
    /// <param name="tokens">How many tokens come before; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault MalformedAfter(int tokens) => After(AnthropicStrike.Malformed, tokens);

    /// <summary>An <c>error</c> event after some tokens, in a response of status 200. A non-streaming request gets the error with its status.</summary>
    /// <param name="tokens">How many tokens come before; 0 or more.</param>
    /// <param name="type">The event's <c>error.type</c>.</param>
    /// <param name="message">The event's <c>error.message</c>; by default it names the type.</param>
    /// <returns>The fault.</returns>
    public static SimulatedAnthropicFault ErrorAfter(int tokens, string type = "overloaded_error", string? message = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new(AnthropicStrike.Error, tokens) { StatusCode = AnthropicError.StatusOf(type), Type = type, Message = message };
    }

    private static SimulatedAnthropicFault After(AnthropicStrike strike, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new(strike, tokens);
    }
}
