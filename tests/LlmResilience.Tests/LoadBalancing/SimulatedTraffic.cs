using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>Requests that come and go on virtual time, each instant with all that happens in it before the next one begins.</summary>
internal sealed class SimulatedTraffic(VirtualTimeProvider clock)
{
    private int _requests;
    private int _waiting;

    public bool IsOver => Volatile.Read(ref _requests) == 0;

    /// <summary>A server waits for time, or for its turn: what runs on is done.</summary>
    public void BeginWait() => Interlocked.Increment(ref _waiting);

    public void EndWait() => Interlocked.Decrement(ref _waiting);

    public async Task DelayAsync(TimeSpan time)
    {
        var due = new TaskCompletionSource();
        BeginWait();
        using var timer = clock.CreateTimer(
            _ =>
            {
                EndWait();
                due.SetResult();
            },
            state: null, time, Timeout.InfiniteTimeSpan);
        await due.Task;
    }

    /// <summary>Sends a request and takes what it brings.</summary>
    public async Task<(string Name, TimeSpan FirstToken)> SendAsync(IChatClient client)
    {
        Interlocked.Increment(ref _requests);
        var began = clock.Elapsed;
        var answer = (Name: "", FirstToken: TimeSpan.Zero);
        await foreach (var update in client.GetStreamingResponseAsync("hi"))
        {
            answer = answer.Name.Length > 0 ? answer : (update.Text, clock.Elapsed - began);
        }

        Interlocked.Decrement(ref _requests);
        return answer;
    }

    /// <summary>Lets time pass, from one event to the next.</summary>
    public void Pass(TimeSpan time)
    {
        var end = clock.Elapsed + time;
        for (var left = time; left > TimeSpan.Zero; left = end - clock.Elapsed)
        {
            Settle();
            clock.Advance(clock.LiveTimers > 0 && clock.NextTimer < left ? clock.NextTimer : left);
            Settle();
        }
    }

    /// <summary>Waits until nothing runs any more: each request's server waits.</summary>
    public void Settle()
    {
        var began = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _waiting) != Volatile.Read(ref _requests))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "Something runs on.");
            Thread.Yield();
        }
    }
}
