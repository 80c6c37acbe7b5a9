using Microsoft.Extensions.AI;

namespace LlmResilience.Testing;

public abstract partial class SimulatedFault
{
    /// <summary>An error instead of an answer, with a body in the shape of the server's protocol. In memory: <see cref="HttpRequestException"/> with that status, which carries no headers.</summary>
    /// <param name="status">The HTTP status, from 400 to 599.</param>
    /// <param name="code">
    /// OpenAI's <c>error.code</c>, such as <c>insufficient_quota</c>, by default none; Anthropic's <c>error.type</c>, such as
    /// <c>overloaded_error</c>, by default the one that belongs to the status.
    /// </param>
    /// <param name="message">The body's <c>error.message</c>; by default it names the status.</param>
    /// <param name="headers">Headers to send as well, such as <c>Retry-After</c>.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault Status(int status, string? code = null, string? message = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new StatusFault(status, code, message ?? $"Simulated error of status {status}.", headers);
    }

    /// <summary>
    /// Any status with any headers and body, instead of an answer. In memory: an <see cref="HttpRequestException"/> with that status; below
    /// 300 a response without content if the body is empty, else a <see cref="System.Text.Json.JsonException"/>.
    /// </summary>
    /// <param name="status">The HTTP status, from 200 to 599.</param>
    /// <param name="body">The body, as it is.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="headers">Headers to send as well.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault CustomResponse(int status, string body, string contentType = "text/html", IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentException.ThrowIfNullOrEmpty(contentType);
        return new ResponseFault(new(status, body, contentType, headers));
    }

    /// <summary>
    /// No connection: with <see cref="SimulatedFaults.Always"/> the server's port is closed until <see cref="SimulatedFaults.Clear"/>, and
    /// its open connections are aborted. A closed port counts nothing: booked in any other way, the connection is taken and reset.
    /// In memory: <see cref="HttpRequestException"/>.
    /// </summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault ConnectionRefused() => new ConnectionFault(FaultVerdict.Refuse);

    /// <summary>The request is taken, and the connection reset before any header. In memory: <see cref="HttpRequestException"/>.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault ResetBeforeHeaders() => new ConnectionFault(FaultVerdict.Reset);

    /// <summary>The request is taken, and nothing ever comes: no headers, no end.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault Silence() => new SilenceFault();

    /// <summary>The headers of a good response come at once, and nothing after them.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault SilenceAfterHeaders() => new SilenceAfterHeadersFault();

    /// <summary>Headers and signs of life without content, as overloaded servers send them (comments in OpenAI's stream, pings in Anthropic's, empty lines otherwise), then silence.</summary>
    /// <param name="times">How many signs of life; 0 or more.</param>
    /// <param name="interval">The time after each; 0 or more.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault SilenceAfterKeepAlive(int times, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero);
        return new KeepAliveFault(interval, times);
    }

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

    /// <summary>After some tokens nothing but signs of life, for ever: a connection that looks well. A non-streaming body never comes. In memory: silence.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <param name="interval">The time after each sign of life; more than 0.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault KeepAliveAfter(int tokens, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return new KeepAliveAfterFault(tokens, interval);
    }

    /// <summary>The connection is closed after some tokens, without the chunk that ends a body. A non-streaming response is cut after its headers. In memory: <see cref="IOException"/>.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault CutAfter(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new EndFault(tokens, FaultVerdict.Cut);
    }

    /// <summary>The connection is reset after some tokens. A non-streaming response is reset after its headers. In memory: <see cref="IOException"/>.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault ResetAfter(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new EndFault(tokens, FaultVerdict.Reset);
    }

    /// <summary>After some tokens comes an event that is no JSON, in place of the next token; the rest follows. A non-streaming body breaks off in the middle. In memory: <see cref="System.Text.Json.JsonException"/>.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault MalformedEventAfter(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new MalformedFault(tokens);
    }

    /// <summary>After some tokens comes an event that reports an error, in a response of status 200, and then its end. A non-streaming body is the error alone. In memory: <see cref="ErrorContent"/>.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <param name="code">The event's <c>error.code</c>; Anthropic's <c>error.type</c>, such as <c>overloaded_error</c>.</param>
    /// <param name="message">The event's <c>error.message</c>.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault ErrorEventAfter(int tokens, string? code = "server_error", string message = "Simulated error.")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentNullException.ThrowIfNull(message);
        return new ErrorEventFault(tokens, code, message);
    }

    /// <summary>A truncated answer that looks complete to HTTP: the body ends cleanly after some tokens, without a finish reason and without <c>[DONE]</c> or <c>message_stop</c>.</summary>
    /// <param name="tokens">How many tokens come before; with 0 only the role does.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault EndWithoutFinishReasonAfter(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new EndFault(tokens, FaultVerdict.End);
    }

    /// <summary>Status 200 and a body of no bytes.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault EmptyStream() => new EmptyStreamFault();

    /// <summary>A tool call whose arguments break off in the middle, where the connection is closed. In memory: <see cref="IOException"/>, since clients put calls together before they hand them out.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault HalfToolCall() => new HalfToolCallFault();

    /// <summary>The whole answer, with a finish reason but without <c>[DONE]</c>, or Anthropic's <c>message_stop</c>. Not every server sends it: nothing is wrong with such an answer.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault WithoutDoneEvent() => new ShapeFault(new(OmitsDoneEvent: true));

    /// <summary>The whole answer, one byte at a time. In memory: one character at a time.</summary>
    /// <returns>The fault.</returns>
    public static SimulatedFault OneByteAtATime() => new ShapeFault(new(IsByteByByte: true));

    /// <summary>The whole answer, but the event of its first token is huge: a member that no client knows fills it up. In memory: an additional property.</summary>
    /// <param name="bytes">How large, roughly; from 0 to 100,000,000. The default is 10 MB.</param>
    /// <returns>The fault.</returns>
    public static SimulatedFault HugeEvent(int bytes = 10_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, MostBytes);
        return new ShapeFault(new(Padding: bytes));
    }
}
