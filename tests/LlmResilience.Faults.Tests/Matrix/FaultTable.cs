using System.Text;
using LlmResilience.Faults.Tests.Wires;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>Writes docs/faults.md.</summary>
internal static class FaultTable
{
    private const string Introduction = """
        # Faults

        What a provider, or the network before it, can do wrong, and what your app sees of it. **Written by a test run, not by hand:**
        every row was played over real sockets by a simulated server to a provider's official SDK under LlmResilience, four times: streaming
        or not, alone or with a healthy endpoint behind it. [OpenAI's SDK](#openais-sdk) comes first, then [Anthropic's](#anthropics-sdk).
        The test fails when this page and the run differ; with `LLMRESILIENCE_UPDATE_DOCS=1` it writes the page anew:

        ```sh
        LLMRESILIENCE_UPDATE_DOCS=1 dotnet test tests/LlmResilience.Faults.Tests
        ```

        In every cell the test holds the library to this: the app gets **either the complete right answer, each token once and in order,
        or one exception that says what happened**. A truncated answer is never a success, no part of a tool call surfaces, nothing takes
        longer than the timeouts allow, and no attempt is left behind.

        How to read the columns:

        - **kind**: the `FailureKind`, as it stands in metrics and logs.
        - **then**: what happens to the request. The runs allow one retry at once; by default there is one as well, after about 500 ms. A
          status with `Retry-After`, and 429, are retried if the wait fits `Retry.MaxDelay` (5 s by default; 100 ms in these runs, so they
          move on). What has reached the app is neither retried nor moved on.
        - **health**: what is booked against the endpoint with each attempt. Failures eject it when there are [enough of them](ejection.md); a
          cool-down only leaves it alone for a while.
        - **alone**, **with a fallback**: what the app gets. `AllEndpointsFailedException` lists every attempt with its kind;
          `StreamInterruptedException` and `StreamStalledException` carry the text so far as `PartialText`. What is the request's own fault
          reaches the app as the provider's own exception.
        - **ended**: *at once* by the fault itself, or by one of our clocks, which are options of the endpoint.

        A stream that merely stops is told from a whole one by its finish reason, where the endpoint is known to send one
        (`RequireFinishReason`: by default once it has sent one, so each run begins with one healthy request; Anthropic's are known to).

        The faults are all in the package `LlmResilience.Testing`; [Drills](drills.md) shows how to play them to your own app.

        """;

    public static string Write(IReadOnlyDictionary<CellKey, CellResult> cells)
    {
        var text = new StringBuilder(Introduction);
        foreach (var wire in Wire.All)
        {
            text.Append($"\n## {wire.Title}\n\n{wire.Introduction}\n");
            foreach (var streaming in new[] { true, false })
            {
                var mode = streaming ? "streaming" : "not streaming";
                WriteTable(text, $"The connection, {mode}", [.. wire.Catalog.Connections.Select(row => Row(cells, new(wire, row, streaming, false)))]);
                WriteTable(text, $"The answer, {mode}", [.. wire.Catalog.Answers.Select(row => Row(cells, new(wire, row, streaming, false)))]);
            }

            WriteTable(text, "The status, streaming or not", [.. wire.Catalog.Statuses.SelectMany(row => RowsOfBothModes(cells, new(wire, row, true, false)))]);
        }

        return text.ToString();
    }

    private static IEnumerable<string> RowsOfBothModes(IReadOnlyDictionary<CellKey, CellResult> cells, CellKey key)
    {
        var (streaming, whole) = (Row(cells, key with { Streaming = true }), Row(cells, key with { Streaming = false }));
        var start = $"| {key.Row.Name} |";
        return streaming == whole ? [streaming] : [streaming.Replace(start, $"| {key.Row.Name}, streaming |"), whole.Replace(start, $"| {key.Row.Name}, not streaming |")];
    }

    private static void WriteTable(StringBuilder text, string title, IReadOnlyList<string> rows)
    {
        text.Append($"\n### {title}\n\n| fault | kind | then | health | alone | with a fallback | ended |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            text.Append(row).Append('\n');
        }
    }

    private static string Row(IReadOnlyDictionary<CellKey, CellResult> cells, CellKey key)
    {
        var alone = cells[key with { WithFallback = false }];
        var fallback = cells[key with { WithFallback = true }];
        return $"| {key.Row.Name} | {Dash(Both(alone.Kind, fallback.Kind))} | {Dash(fallback.Next)} | {Both(alone.Health, fallback.Health)} | {alone.Got} | {fallback.Got} | {Both(alone.Took, fallback.Took)} |";
    }

    private static string Both(string alone, string withFallback) => alone == withFallback ? alone : $"{alone}; with a fallback {withFallback}";

    private static string Dash(string text) => text.Length == 0 ? "-" : text;
}
