namespace LlmResilience.Testing;

/// <summary>One way in which a response goes wrong. Hand it to <see cref="SimulatedLlmServer.Faults"/>.</summary>
/// <remarks>
/// Tokens count from the first one of reasoning or content; the chunk with the role is none. An answer that turns out
/// shorter than a fault's number of tokens is struck just before its end. A fault has no state: one may serve many requests.
/// </remarks>
public abstract class SimulatedFault
{
    private protected SimulatedFault()
    {
    }

    /// <summary>An error instead of an answer, with a body in OpenAI's shape.</summary>
    /// <param name="status">The HTTP status, from 400 to 599.</param>
    /// <param name="code">The body's <c>error.code</c>, such as <c>insufficient_quota</c>.</param>
    /// <param name="message">The body's <c>error.message</c>; by default it names the status.</param>
    /// <param name="headers">Headers to send as well, such as <c>Retry-After</c>.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault Status(int status, string? code = null, string? message = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new StatusFault(status, code, message, headers);
    }

    /// <summary>The request is taken, and nothing ever comes: no headers, no end.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault Silence() => new SilenceFault();

    /// <summary>The headers of a good response come at once, and nothing after them.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault SilenceAfterHeaders() => new SilenceAfterHeadersFault();

    /// <summary>The first token is held back; headers and role come in time. A non-streaming answer comes late as a whole.</summary>
    /// <param name="delay">How much later than without the fault; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault SlowFirstToken(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new SlowFirstTokenFault(delay);
    }

    /// <summary>Silence after some tokens, on a connection that stays open. A non-streaming body never comes.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault StallAfter(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new StallFault(tokens);
    }

    /// <summary>The connection is aborted after some tokens. A non-streaming response is cut after its headers.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault CutAfter(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new EndFault(tokens, FaultVerdict.Cut);
    }

    /// <summary>A truncated answer that looks complete to HTTP: the body ends cleanly after some tokens, without a finish reason and without <c>[DONE]</c>.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault EndWithoutFinish(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new EndFault(tokens, FaultVerdict.End);
    }

    /// <summary>Status 200 and a body of no bytes.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault EmptyStream() => new EmptyStreamFault();

    /// <summary>Asked before anything is sent.</summary>
    internal virtual ValueTask<FaultVerdict> OnRequestAsync(FaultContext context) => default;

    /// <summary>Asked when the headers of a good response are out.</summary>
    internal virtual ValueTask<FaultVerdict> OnHeadersAsync(FaultContext context) => default;

    /// <summary>Asked before every token, and once more, with <paramref name="isEnd"/>, before the finish reason.</summary>
    internal virtual ValueTask<FaultVerdict> BeforeTokenAsync(FaultContext context, int sent, bool isEnd) => default;
}
