using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>Every fault of the table, in its order.</summary>
internal static class FaultCatalog
{
    public static IReadOnlyList<FaultRow> Connections { get; } =
    [
        new("connection refused", SimulatedFault.ConnectionRefused()),
        new("accepted, then silence", SimulatedFault.Silence()),
        new("headers, then silence", SimulatedFault.SilenceAfterHeaders()),
        new("headers and keep-alive comments, then silence", SimulatedFault.SilenceAfterKeepAlive(times: 5, TimeSpan.FromMilliseconds(10))),
        new("the role, then silence", SimulatedFault.StallAfter(0)),
        new("first token later than its limit", SimulatedFault.SlowFirstToken(TimeSpan.FromMinutes(5))),
        new("silence after 3 tokens", SimulatedFault.StallAfter(3)),
        new("reset before headers", SimulatedFault.ResetBeforeHeaders()),
        new("reset before the first token", SimulatedFault.ResetAfter(0)),
        new("reset after 3 tokens", SimulatedFault.ResetAfter(3)),
        new("cut before the first token", SimulatedFault.CutAfter(0)),
        new("cut after 3 tokens", SimulatedFault.CutAfter(3)),
    ];

    public static IReadOnlyList<FaultRow> Answers { get; } =
    [
        new("status 200, no bytes", SimulatedFault.EmptyStream()),
        new("status 200, a web page", SimulatedFault.Response(200, "<html>Sign in</html>")),
        new("malformed before the first token", SimulatedFault.MalformedEventAfter(0)),
        new("malformed after 3 tokens", SimulatedFault.MalformedEventAfter(3)),
        new("an error inside status 200, before the first token", SimulatedFault.ErrorEventAfter(0)),
        new("an error inside status 200, after 3 tokens", SimulatedFault.ErrorEventAfter(3)),
        new("ends without a finish reason, before the first token", SimulatedFault.EndWithoutFinish(0)),
        new("ends without a finish reason, after 3 tokens", SimulatedFault.EndWithoutFinish(3)),
        new("a tool call cut in the middle of its arguments", SimulatedFault.HalfToolCall()),
        new("no `[DONE]`, but a finish reason", SimulatedFault.WithoutDone()),
        new("one byte at a time", SimulatedFault.OneByteAtATime()),
        new("an event of 10 MB", SimulatedFault.HugeEvent()),
    ];

    public static IReadOnlyList<FaultRow> Statuses { get; } =
    [
        new("400", SimulatedFault.Status(400)),
        new("400 `context_length_exceeded`", SimulatedFault.Status(400, "context_length_exceeded")),
        new("400 `content_filter`", SimulatedFault.Status(400, "content_filter")),
        new("400 `billing_hard_limit_reached`", SimulatedFault.Status(400, "billing_hard_limit_reached")),
        new("401", SimulatedFault.Status(401)),
        new("402", SimulatedFault.Status(402)),
        new("403", SimulatedFault.Status(403)),
        new("404", SimulatedFault.Status(404)),
        new("408", SimulatedFault.Status(408)),
        new("409", SimulatedFault.Status(409)),
        new("413", SimulatedFault.Status(413)),
        new("422", SimulatedFault.Status(422)),
        new("429", SimulatedFault.Status(429)),
        new("429, `Retry-After: 7`", SimulatedFault.Status(429, headers: RetryAfter)),
        new("429 `insufficient_quota`", SimulatedFault.Status(429, "insufficient_quota")),
        new("500", SimulatedFault.Status(500)),
        new("502 with a web page", SimulatedFault.Response(502, "<html>Bad gateway</html>")),
        new("503", SimulatedFault.Status(503)),
        new("503, `Retry-After: 7`", SimulatedFault.Status(503, headers: RetryAfter)),
        new("504", SimulatedFault.Status(504)),
        new("529", SimulatedFault.Status(529)),
    ];

    public static IReadOnlyList<FaultRow> All { get; } = [.. Connections, .. Answers, .. Statuses];

    private static Dictionary<string, string> RetryAfter => new(StringComparer.Ordinal) { ["Retry-After"] = "7" };
}
