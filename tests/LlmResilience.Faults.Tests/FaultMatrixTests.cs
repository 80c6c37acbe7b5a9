using System.Collections.Concurrent;
using LlmResilience.Faults.Tests.Matrix;
using LlmResilience.Faults.Tests.Wires;

namespace LlmResilience.Faults.Tests;

/// <summary>Every fault, streaming or not, alone or with a fallback, through the real SDKs over real sockets; the result is docs/faults.md.</summary>
[Collection("docs/faults.md")]
public sealed class FaultMatrixTests
{
    private const string UpdateVariable = "LLMRESILIENCE_UPDATE_DOCS";

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
        Compare(FaultTable.Write(cells), Path.Combine(Repository.Root, "docs", "faults.md"));
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

    private static void Compare(string seen, string path)
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, seen);
            return;
        }

        var documented = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        var differences = seen.Split('\n').Except(documented.Split('\n')).Concat(documented.Split('\n').Except(seen.Split('\n')).Select(line => $"not any more: {line}")).ToList();
        Assert.True(
            seen == documented,
            $"docs/faults.md is not what this run shows. If the change is wanted, run once with {UpdateVariable}=1, read the difference and commit it.\n{string.Join('\n', differences)}");
    }
}
