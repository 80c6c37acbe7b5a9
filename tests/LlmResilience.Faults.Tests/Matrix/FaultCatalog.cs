using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>Every fault of one provider's part of the document, in its order.</summary>
internal sealed partial class FaultCatalog
{
    private FaultCatalog(Words words, IReadOnlyList<FaultRow> statuses)
        => (Connections, Answers, Statuses) = (ConnectionsIn(words), AnswersIn(words), statuses);

    public IReadOnlyList<FaultRow> Connections { get; }

    public IReadOnlyList<FaultRow> Answers { get; }

    public IReadOnlyList<FaultRow> Statuses { get; }

    public IEnumerable<FaultRow> All => [.. Connections, .. Answers, .. Statuses];

    private static Dictionary<string, string> RetryAfter => new(StringComparer.Ordinal) { ["Retry-After"] = "7" };

    private static FaultRow[] ConnectionsIn(Words words) =>
    [
        new("connection refused", SimulatedFault.ConnectionRefused()),
        new("accepted, then silence", SimulatedFault.Silence()),
        new("headers, then silence", SimulatedFault.SilenceAfterHeaders()),
        new($"headers and {words.SignsOfLife}, then silence", SimulatedFault.SilenceAfterKeepAlive(times: 5, TimeSpan.FromMilliseconds(10))),
        new("the role, then silence", SimulatedFault.StallAfter(0)),
        new($"the role, then {words.SignsOfLife} for ever", SimulatedFault.KeepAliveAfter(0, TimeSpan.FromMilliseconds(100))),
        new("first token later than its limit", SimulatedFault.SlowFirstToken(TimeSpan.FromMinutes(5))),
        new("silence after 3 tokens", SimulatedFault.StallAfter(3)),
        new($"{words.SignsOfLife} for ever after 3 tokens", SimulatedFault.KeepAliveAfter(3, TimeSpan.FromMilliseconds(100))),
        new("reset before headers", SimulatedFault.ResetBeforeHeaders()),
        new("reset before the first token", SimulatedFault.ResetAfter(0)),
        new("reset after 3 tokens", SimulatedFault.ResetAfter(3)),
        new("cut before the first token", SimulatedFault.CutAfter(0)),
        new("cut after 3 tokens", SimulatedFault.CutAfter(3)),
    ];

    private static FaultRow[] AnswersIn(Words words) =>
    [
        new("status 200, no bytes", SimulatedFault.EmptyStream()),
        new("status 200, a web page", SimulatedFault.CustomResponse(200, "<html>Sign in</html>")),
        new("malformed before the first token", SimulatedFault.MalformedEventAfter(0)),
        new("malformed after 3 tokens", SimulatedFault.MalformedEventAfter(3)),
        .. words.Errors.SelectMany<string?, FaultRow>(error =>
        [
            new($"{words.Error(error)} inside status 200, before the first token", SimulatedFault.ErrorEventAfter(0, error)),
            new($"{words.Error(error)} inside status 200, after 3 tokens", SimulatedFault.ErrorEventAfter(3, error)),
        ]),
        new($"ends without a {words.FinishReason}, before the first token", SimulatedFault.EndWithoutFinishReasonAfter(0)),
        new($"ends without a {words.FinishReason}, after 3 tokens", SimulatedFault.EndWithoutFinishReasonAfter(3)),
        new("a tool call cut in the middle of its arguments", SimulatedFault.HalfToolCall()),
        new($"no `{words.End}`, but a {words.FinishReason}", SimulatedFault.WithoutDoneEvent()),
        new("one byte at a time", SimulatedFault.OneByteAtATime()),
        new("an event of 10 MB", SimulatedFault.HugeEvent()),
    ];

    /// <summary>What the providers call the same things.</summary>
    private sealed record Words(string SignsOfLife, string FinishReason, string End, IReadOnlyList<string?> Errors)
    {
        public string Error(string? type) => Errors.Count == 1 ? "an error" : $"`{type}`";
    }
}
