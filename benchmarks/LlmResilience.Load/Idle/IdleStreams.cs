using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace LlmResilience.Load.Idle;

/// <summary>Opens many streams that wait, and looks at what they hold.</summary>
internal static class IdleStreams
{
    private static readonly List<ChatMessage> Messages = [new(ChatRole.User, "Hi")];

    public static async Task<IdleResult> MeasureAsync(int streams, bool forFirstToken)
    {
        var tokens = forFirstToken ? 0 : 1;

        // A first time for everything that is made once: tables, pools, queues of timers.
        await HoldAsync(Plain(tokens), Math.Min(1000, streams), tokens);
        await HoldAsync(Resilient(tokens, TimeProvider.System), Math.Min(1000, streams), tokens);

        var raw = await HoldAsync(Plain(tokens), streams, tokens);
        var ours = await HoldAsync(Resilient(tokens, TimeProvider.System), streams, tokens);

        // Apart, since what counts the timers has a weight of its own.
        var clock = new CountingTimeProvider();
        var timers = 0;
        await HoldAsync(Resilient(tokens, clock), streams, tokens, () => timers = clock.Timers);
        return new IdleResult(
            forFirstToken ? "for the first token" : "for the next token",
            streams,
            (ours.Bytes - raw.Bytes) / streams,
            (double)timers / streams,
            clock.Timers,
            ours.RequestAlone,
            ours.RequestAmongAll);
    }

    private static (IChatClient Client, IdleClient Idle) Plain(int tokens)
    {
        var idle = new IdleClient(tokens);
        return (idle, idle);
    }

    private static (IChatClient Client, IdleClient Idle) Resilient(int tokens, TimeProvider clock)
    {
        var idle = new IdleClient(tokens);
        return (new LlmResilienceBuilder { TimeProvider = clock }.AddEndpoint("idle", idle).Build(), idle);
    }

    private static async Task<(double Bytes, double RequestAlone, double RequestAmongAll)> HoldAsync(
        (IChatClient Client, IdleClient Idle) side, int streams, int tokens, Action? whileHeld = null)
    {
        var enumerators = new IAsyncEnumerator<ChatResponseUpdate>[streams];
        var moves = new ValueTask<bool>[streams];
        var alone = RequestTime(side.Client);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < streams; i++)
        {
            enumerators[i] = side.Client.GetStreamingResponseAsync(Messages).GetAsyncEnumerator();
            for (var token = 0; token < tokens; token++)
            {
                await enumerators[i].MoveNextAsync();
            }

            moves[i] = enumerators[i].MoveNextAsync();
        }

        double held = GC.GetTotalMemory(forceFullCollection: true) - before;
        whileHeld?.Invoke();
        var among = RequestTime(side.Client);
        side.Idle.EndAll();
        for (var i = 0; i < streams; i++)
        {
            await EndAsync(enumerators[i], moves[i]);
        }

        side.Client.Dispose();
        return (held, alone, among);
    }

    private static async Task EndAsync(IAsyncEnumerator<ChatResponseUpdate> stream, ValueTask<bool> move)
    {
        while (await move)
        {
            move = stream.MoveNextAsync();
        }

        await stream.DisposeAsync();
    }

    /// <summary>Nanoseconds of a request that does not stream: the fastest of some rounds, since what else the machine does only adds.</summary>
    private static double RequestTime(IChatClient client)
    {
        const int Requests = 20_000;
        var fastest = double.MaxValue;
        for (var round = 0; round < 25; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Requests; i++)
            {
                _ = client.GetResponseAsync(Messages);
            }

            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Requests);
        }

        return fastest;
    }
}
