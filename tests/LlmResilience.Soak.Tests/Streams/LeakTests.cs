using System.Globalization;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>A hundred thousand streams that fail, stall, are cancelled, broken off and disposed at every stage: everything ends where it began.</summary>
[Collection(SoakCollection.Name)]
public sealed class LeakTests(ITestOutputHelper output)
{
    private const int Streams = 100_000;
    private const int WarmUp = 10_000;
    private const int AtATime = 500;
    private const long MemoryPerStream = 50;

    [Fact]
    public async Task Streams_leave_nothing_behind_however_they_end()
    {
        var unobserved = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += count;
        using var app = new CancellationTokenSource();
        using var chain = new ChaoticChain(TimeSpan.Zero, static options =>
        {
            // Out and back in all the time, so that requests are also made while an endpoint is probed.
            options.EndpointDefaults.Ejection.BaseEjectionTime = TimeSpan.FromMilliseconds(1);
            options.EndpointDefaults.Ejection.MaxEjectionTime = TimeSpan.FromMilliseconds(5);
            options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.FromMilliseconds(5);
        });
        foreach (var client in chain.Clients)
        {
            client.FaultsBefore = 0.15;
            client.FaultsAfter = 0.2;
            client.Silence = 0.01;
        }

        await RunAsync(chain, WarmUp, app.Token);
        var (memory, handles) = Measure();
        await RunAsync(chain, Streams, app.Token);
        var (memoryAfter, handlesAfter) = Measure();
        TaskScheduler.UnobservedTaskException -= count;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Streams} streams, {chain.Clients.Sum(client => client.Calls)} calls, {chain.Snapshot.Sum(endpoint => endpoint.EjectionCount)} ejections; memory {memory:N0} to {memoryAfter:N0} bytes; handles {handles} to {handlesAfter}"));
        Assert.True(unobserved.IsEmpty, $"{unobserved.Count} unobserved exceptions, the first: {unobserved.FirstOrDefault()}");
        Assert.Equal(0, chain.Clients.Sum(client => client.DisposedTwice + client.DisposedWhileMoving));
        Assert.True(memoryAfter - memory < Streams * MemoryPerStream, $"Memory grew from {memory:N0} to {memoryAfter:N0} bytes.");
        Assert.True(handlesAfter - handles < 50, $"Handles grew from {handles} to {handlesAfter}.");
    }

    private static async Task RunAsync(ChaoticChain chain, int streams, CancellationToken app)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(worker => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= streams; i = Interlocked.Increment(ref next))
            {
                await OneAsync(chain.Client, i, new Random(i), app);
            }
        })));
        var state = await chain.SettleAsync();
        Assert.True(chain.Held == 0, state);
    }

    private static async Task OneAsync(IChatClient client, int number, Random random, CancellationToken app)
    {
        var prompt = number.ToString(CultureInfo.InvariantCulture);
        using var own = new CancellationTokenSource();
        var seen = "";
        try
        {
            switch (random.Next(7))
            {
                case 0:
                    // Never started.
                    await client.GetStreamingResponseAsync(prompt, cancellationToken: app).GetAsyncEnumerator(own.Token).DisposeAsync();
                    return;
                case 1:
                    // Disposed while an update is awaited, at whatever stage that is.
                    await DisposeWhileAwaitedAsync(client.GetStreamingResponseAsync(prompt, cancellationToken: app).GetAsyncEnumerator(own.Token), random);
                    return;
                case 2:
                    var asking = client.GetResponseAsync(prompt, cancellationToken: own.Token);
                    await CancelSoonAsync(own, random);
                    seen = (await asking).Text;
                    break;
                case 3:
                    seen = (await client.GetResponseAsync(prompt, cancellationToken: app)).Text;
                    break;
                case 4:
                    var cancelling = CancelSoonAsync(own, random);
                    await foreach (var update in client.GetStreamingResponseAsync(prompt, cancellationToken: app).WithCancellation(own.Token))
                    {
                        seen += update.Text;
                    }

                    await cancelling;
                    break;
                case 5:
                    var breakAfter = random.Next(1, 8);
                    await foreach (var update in client.GetStreamingResponseAsync(prompt, cancellationToken: app).WithCancellation(CancellationToken.None))
                    {
                        seen += update.Text;
                        if (--breakAfter == 0)
                        {
                            break;
                        }
                    }

                    break;
                default:
                    await foreach (var update in client.GetStreamingResponseAsync(prompt, cancellationToken: app).WithCancellation(own.Token))
                    {
                        seen += update.Text;
                    }

                    Assert.Equal(ChaoticClient.AnswerTo(prompt), seen);
                    break;
            }
        }
        catch (Exception exception) when (exception is AllEndpointsFailedException or StreamInterruptedException or StreamStalledException or OperationCanceledException)
        {
        }

        Assert.StartsWith(seen, ChaoticClient.AnswerTo(prompt), StringComparison.Ordinal);
    }

    private static async Task CancelSoonAsync(CancellationTokenSource source, Random random)
    {
        for (var i = random.Next(12); i > 0; i--)
        {
            await Task.Yield();
        }

        // It may be over, and the source disposed, before the cancel comes.
        source.CancelQuietly();
    }

    private static async Task DisposeWhileAwaitedAsync(IAsyncEnumerator<ChatResponseUpdate> stream, Random random)
    {
        try
        {
            for (var i = random.Next(6); i > 0 && await stream.MoveNextAsync(); i--)
            {
            }
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        var move = stream.MoveNextAsync().AsTask();
        for (var i = random.Next(4); i > 0; i--)
        {
            await Task.Yield();
        }

        await stream.DisposeAsync();
        await move;
    }

    private static (long Memory, int Handles) Measure()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return (GC.GetTotalMemory(forceFullCollection: true), Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0);
    }
}
