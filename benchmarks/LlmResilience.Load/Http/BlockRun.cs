using System.Diagnostics;
using LlmResilience.Load.Sides;

namespace LlmResilience.Load.Http;

/// <summary>Sends requests from several callers, each with one at a time.</summary>
internal sealed class BlockRun(int concurrency, bool streaming)
{
    public async Task<Block> RunAsync(Side side, int requests)
    {
        var latencies = new double[requests];
        var streams = new StreamTimes[streaming ? requests : 0];
        var next = -1;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(CallAsync)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new Block(latencies, streams, elapsed.TotalSeconds, cpu.TotalMicroseconds, bytes);

        async Task CallAsync()
        {
            for (var i = Interlocked.Increment(ref next); i < requests; i = Interlocked.Increment(ref next))
            {
                var begun = Stopwatch.GetTimestamp();
                if (streaming)
                {
                    streams[i] = await side.StreamAsync();
                }
                else
                {
                    await side.CallAsync();
                }

                latencies[i] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
            }
        }
    }
}
