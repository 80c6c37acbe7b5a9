using LlmResilience.Faults.Tests.Matrix;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Faults.Tests;

/// <summary>A fault in memory does to the app what the same fault does over the wire, as docs/faults.md has it.</summary>
[Collection("docs/faults.md")]
public sealed class InMemoryTests
{
    // Short, since nothing here takes time but the silences, and yet longer than a busy machine pauses.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private const string Answer = "one two three four five six seven eight";

    [Fact]
    public async Task Every_fault_ends_in_the_same_kind_as_over_the_wire()
    {
        using var recorder = new AttemptRecorder();
        var cells = from row in FaultCatalog.OpenAI.All from streaming in new[] { true, false } select RunAsync(row, streaming, recorder);

        Assert.All(await Task.WhenAll(cells), cell => Assert.True(cell.Seen == cell.Expected, $"{cell.Where}: {cell.Seen} instead of {cell.Expected}"));
    }

    private static async Task<(string Where, string Seen, string Expected)> RunAsync(FaultRow row, bool streaming, AttemptRecorder recorder)
    {
        var name = $"memory-{Guid.NewGuid():N}";
        var faulty = new FaultyChatClient(Answer);
        using var client = new LlmResilienceBuilder()
            .AddEndpoint(name, faulty, endpoint =>
            {
                (endpoint.Timeouts.FirstToken, endpoint.Timeouts.FirstTokenAtLastEndpoint) = (Limit, Limit);
                (endpoint.Timeouts.BetweenTokens, endpoint.Timeouts.Response, endpoint.Timeouts.ResponseAtLastEndpoint) = (Limit, Limit, Limit);
                endpoint.Retry.MaxRetryAttempts = 0;
            })
            .Build();
        Assert.Equal(Answer, (await AppView.AskAsync(client, streaming)).Text);

        faulty.Faults.Always(row.Fault);
        var view = await AppView.AskAsync(client, streaming);

        var where = $"{row.Name}, {(streaming ? "streaming" : "not streaming")}";
        Assert.True(view.Exception is null ? view.Text == Answer && view.FinishReason == ChatFinishReason.Stop : view.Text.Length < Answer.Length && view.FinishReason is null, $"{where}: {view}");
        var kind = recorder.Of(name)[^1];
        return (where, kind is null ? "-" : $"`{kind}`", Expected(row.Name, streaming));
    }

    // What a plain HttpRequestException cannot say, and where a client in memory has no JSON to fail at or no events to skip.
    private static string Expected(string fault, bool streaming) => (fault, streaming) switch
    {
        ("400 `context_length_exceeded`" or "400 `content_filter`" or "400 `unsupported_parameter`" or "400 `billing_hard_limit_reached`", _) => "`InvalidRequest`",
        ("429 `insufficient_quota`", _) => "`RateLimited`",
        ("status 200, no bytes" or "ends without a finish reason, before the first token", _) => "`EmptyResponse`",
        ("status 200, a web page", _) => "`InvalidResponse`",
        _ => Documented(fault, streaming),
    };

    private static string Documented(string fault, bool streaming)
    {
        var sections = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "faults.md")).Split("\n## ")
            .Single(part => part.StartsWith("OpenAI", StringComparison.Ordinal)).Split("\n### ")
            .Where(section => section.Contains("streaming or not\n", StringComparison.Ordinal) || section.Contains("not streaming\n", StringComparison.Ordinal) != streaming);
        var row = sections.SelectMany(section => section.Split('\n')).Single(line => line.StartsWith($"| {fault} |", StringComparison.Ordinal));
        return row.Split('|')[2].Trim();
    }
}
