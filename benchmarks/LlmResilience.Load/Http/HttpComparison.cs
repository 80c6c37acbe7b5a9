using LlmResilience.Load.Sides;
using LlmResilience.OpenAI;
using Microsoft.Extensions.AI;

namespace LlmResilience.Load.Http;

/// <summary>
/// The OpenAI SDK directly, the package's chat client over it, and that one through the library, at the same server over the same
/// connections. They take turns in short blocks, so that whatever the machine does meanwhile meets all; each turn gives a ratio.
/// </summary>
internal sealed class HttpComparison : IDisposable
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2.5);

    private readonly IChatClient _plain;
    private readonly ResilientChatClient _resilient;
    private readonly Side[] _sides;

    public HttpComparison(Uri server)
    {
        var options = new OpenAIEndpointOptions { BaseAddress = new Uri(server, "v1"), ApiKey = "none", ModelId = "m" };
        _plain = OpenAIClientFactory.Create(options, services: null);
        _resilient = OpenAIClientFactory.Create(options, services: null).WithLlmResilience(llm => llm.AddEndpoint("backup", OpenAIClientFactory.Create(options, services: null)));
        _sides = [new SdkSide(OpenAIClientFactory.CreateSdkClient(options, services: null)), new ChatClientSide(_plain), new ChatClientSide(_resilient)];
    }

    public async Task<HttpResult> MeasureAsync(int concurrency, bool streaming, TimeSpan time)
    {
        var run = new BlockRun(concurrency, streaming);
        var requests = await WarmUpAsync(run, concurrency, time < WarmUp ? time : WarmUp);
        var turns = new List<Block[]>();
        var until = Environment.TickCount64 + (long)time.TotalMilliseconds;
        while (Environment.TickCount64 < until || turns.Count < _sides.Length)
        {
            // Each is first, second and last equally often: what one leaves behind for the next meets all.
            var turn = new Block[_sides.Length];
            for (var i = 0; i < _sides.Length; i++)
            {
                var side = (i + turns.Count) % _sides.Length;
                turn[side] = await run.RunAsync(_sides[side], requests);
            }

            turns.Add(turn);
        }

        return HttpResult.From(concurrency, streaming, turns);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _resilient.Dispose();
    }

    private async Task<int> WarmUpAsync(BlockRun run, int concurrency, TimeSpan time)
    {
        var until = Environment.TickCount64 + (long)time.TotalMilliseconds;
        var rate = 0.0;
        do
        {
            foreach (var side in _sides)
            {
                var block = await run.RunAsync(side, concurrency * 10);
                rate = block.Requests / block.Seconds;
            }
        }
        while (Environment.TickCount64 < until);
        return Math.Max(concurrency * 4, (int)(rate * BlockTime.TotalSeconds));
    }
}
