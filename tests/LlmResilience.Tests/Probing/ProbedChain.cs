using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Probing;

/// <summary>A chain whose endpoints are probed, on virtual time that passes second by second, each with the probes that are due in it.</summary>
internal sealed class ProbedChain : IDisposable
{
    public TestChain Chain { get; } = new();

    public VirtualTimeProvider Clock => Chain.Clock;

    public ResilientChatClient Client => Chain.Client;

    public EndpointSnapshot this[string endpoint] => Chain[endpoint];

    public ProbedChain Endpoint(string name, IChatClient client, Action<EndpointOptions>? configure = null)
    {
        Chain.Endpoint(name, client, endpoint =>
        {
            endpoint.ActiveProbe.Enabled = true;
            configure?.Invoke(endpoint);
        });
        return this;
    }

    /// <summary>Lets time pass, at most a second at a time, and what is probed on the way come to its end.</summary>
    public async Task PassAsync(double seconds)
    {
        _ = Client;
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Chain.Clock.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            await SettleAsync();
        }
    }

    /// <summary>Lets time pass until a condition holds.</summary>
    /// <returns>How long that took, in seconds.</returns>
    public async Task<int> PassUntilAsync(Func<bool> condition, int atMost = 1000)
    {
        for (var seconds = 0; seconds <= atMost; seconds++)
        {
            if (condition())
            {
                return seconds;
            }

            await PassAsync(1);
        }

        throw new TimeoutException($"The condition did not hold within {atMost} s.");
    }

    /// <summary>Whether a probe hangs, so that its end need not be waited for.</summary>
    public Func<bool> IsHanging { get; set; } = () => false;

    /// <summary>Lets time pass until a probe has begun, which the test lets hang.</summary>
    public async Task PassUntilHangingAsync()
    {
        // The prober's timer, and that of the probe: its client has been asked.
        IsHanging = () => Clock.LiveTimers == 2;
        await PassUntilAsync(() => Client.Prober.BusyCount > 0);
        IsHanging = () => true;
    }

    public void Dispose() => Chain.Dispose();

    private Task SettleAsync() => Eventually.IsTrueAsync(() => Client.Prober.BusyCount == 0 || IsHanging());
}
