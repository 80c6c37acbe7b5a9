using System.Collections.Concurrent;
using LlmResilience.Faults.Tests.Matrix;
using LlmResilience.Faults.Tests.Wires;
using LlmResilience.TestUtils;

namespace LlmResilience.Faults.Tests;

/// <summary>Every fault, streaming or not, alone or with a fallback, through the real SDKs over real sockets; the result is docs/faults.md.</summary>
[Collection("docs/faults.md")]
public sealed class FaultMatrixTests
{
    // Most cells wait for a clock.
    private const int AtATime = 8;

    [Fact]
    public async Task Every_fault_does_what_the_document_says()
    {
        await Task.WhenAll(Wire.All.Select(WarmUpAsync));
        using var recorder = new AttemptRecorder();
        var cells = new ConcurrentDictionary<CellKey, CellResult>();
        var failures = new ConcurrentQueue<Exception>();
        var all = from wire in Wire.All
                  from row in wire.Catalog.All
                  from streaming in new[] { true, false }
                  from withFallback in new[] { true, false }
                  select new CellKey(wire, row, streaming, withFallback);
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (cell, _) =>
        {
            try
            {
                cells[cell] = await new FaultCell(cell, recorder).RunAsync();
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        });

        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        var differences = GeneratedFile.Compare("docs/faults.md", FaultTable.Write(cells));
        Assert.True(differences.Length == 0, differences);
    }

    // The first request of a process compiles and loads the most, which takes a busy machine longer than a cell's timeouts.
    private static async Task WarmUpAsync(Wire wire)
    {
        await using var server = await wire.StartAsync(isFallback: false);
        using var client = server.AddTo(new(), "warm-up").Build();
        foreach (var streaming in new[] { true, false })
        {
            Assert.Null((await AppView.AskAsync(client, streaming)).Exception);
        }
    }
}
