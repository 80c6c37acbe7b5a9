using System.Diagnostics;
using LlmResilience.Tests;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>
/// What answers of gigabytes cost in memory: run one at a time, since it is the process that is measured.
/// <c>LlmResilience.OpenAI.Tests -explicit only -class "*BoundsMemoryTests" -parallel none</c>.
/// </summary>
public class BoundsMemoryTests
{
    private const long MaxGrowth = 200L << 20;

    public static TheoryData<string, string, string, bool> Answers => new()
    {
        { "application/json", "{\"id\":\"", "xxxxxxxx", false },
        { "application/json", "{\"id\":\"", "xxxxxxxx", true },
        { "text/event-stream", "data: {\"id\":\"", "xxxxxxxx", true },
        { "text/event-stream", "", ": keep-alive\n\n", true },
        { "text/event-stream", "", "data: xxxxxxxxxxxxxxxx\n", true },
        { "text/event-stream", "", $"data: {Wire.Chunk("""{"content":"Hello"}""")}\n\n", true },
        { "text/event-stream", "", $"data: {Wire.Chunk($$$"""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{{{new string('x', 1000)}}}"}}]}""")}\n\n", true },
        { "text/event-stream", "", $"data: {Wire.Chunk($$"""{"reasoning_details":[{"type":"reasoning.text","index":0,"text":"{{new string('x', 1000)}}"}]}""")}\n\n", true },
    };

    [Theory(Explicit = true)]
    [MemberData(nameof(Answers))]
    public async Task An_answer_without_end_leaves_the_memory_flat(string type, string start, string piece, bool streaming)
    {
        await using var server = new EndlessServer(type, start, piece);
        using var client = OpenAIClientFactory.Create(new() { BaseAddress = server.BaseAddress, ApiKey = "k", ModelId = "m" }, services: null);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var before = ResidentSet();
        using var stop = new CancellationTokenSource();
        var peak = Task.Run(() => PeakAsync(stop.Token), CancellationToken.None);

        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(client, streaming));
        await stop.CancelAsync();
        var growth = await peak - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{growth >> 20} MiB over start after {server.Sent >> 20} MiB served");
        Assert.InRange(growth, long.MinValue, MaxGrowth);
    }

    private static async Task AskAsync(IChatClient client, bool streaming)
    {
        if (streaming)
        {
            await foreach (var _ in client.GetStreamingResponseAsync("Hi"))
            {
                // An app that shows what comes and keeps nothing.
            }
        }
        else
        {
            await client.GetResponseAsync("Hi");
        }
    }

    private static async Task<long> PeakAsync(CancellationToken cancellationToken)
    {
        var peak = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            peak = Math.Max(peak, ResidentSet());
            await Task.Delay(5, CancellationToken.None);
        }

        return peak;
    }

    private static long ResidentSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
