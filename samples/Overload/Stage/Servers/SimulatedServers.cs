using LlmResilience.Testing;

namespace Overload.Stage.Servers;

/// <summary>The two servers of the story, on this machine and speaking HTTP. Every run gets new ones with the same settings.</summary>
internal sealed class SimulatedServers : IAsyncDisposable
{
    private SimulatedServers(SimulatedOpenAIServer selfHosted, SimulatedOpenAIServer hosted)
    {
        SelfHosted = selfHosted;
        Hosted = hosted;
    }

    /// <summary>So many requests may wait at the self-hosted server; one more and it goes down.</summary>
    public static int MaxQueueLength => 32;

    /// <summary>So many requests the self-hosted server works on at a time.</summary>
    public static int SlotCount => 16;

    /// <summary>Minutes in real life.</summary>
    public static TimeSpan RestartDelay { get; } = TimeSpan.FromSeconds(4);

    public SimulatedOpenAIServer SelfHosted { get; }

    public SimulatedOpenAIServer Hosted { get; }

    public static async Task<SimulatedServers> StartAsync(int seed, CancellationToken cancellationToken)
        => new(await StartSelfHostedAsync(seed, cancellationToken), await StartHostedAsync(seed, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await SelfHosted.DisposeAsync();
        await Hosted.DisposeAsync();
    }

    private static Task<SimulatedOpenAIServer> StartSelfHostedAsync(int seed, CancellationToken cancellationToken)
        => SimulatedOpenAIServer.StartAsync(
            new()
            {
                ModelId = "deepseek-r1-distill-qwen-7b",
                Gpu = { SlotCount = SlotCount, MaxQueueLength = MaxQueueLength },
                RestartDelay = RestartDelay,
                Seed = seed,
            },
            cancellationToken);

    /// <summary>Somebody else's data centre: never full, but a good deal further away.</summary>
    private static async Task<SimulatedOpenAIServer> StartHostedAsync(int seed, CancellationToken cancellationToken)
    {
        var hosted = await SimulatedOpenAIServer.StartAsync(
            new()
            {
                ModelId = "hosted-model",
                Gpu = { SlotCount = 10_000, PrefillTokensPerSecond = 100_000, DecodeTokensPerSecond = 50, DecodeTokensPerSecondWhenFull = 40 },
                Seed = seed,
            },
            cancellationToken);
        hosted.Faults.Always(SimulatedFault.SlowFirstToken(TimeSpan.FromMilliseconds(80)));
        return hosted;
    }
}
