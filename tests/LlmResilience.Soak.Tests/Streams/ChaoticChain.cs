using Microsoft.Extensions.AI;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>A resilient client over three chaotic ones, with timeouts and ejections short enough for a test.</summary>
internal sealed class ChaoticChain : IDisposable
{
    public ChaoticChain(TimeSpan pace, Action<LlmResilienceOptions>? configure = null)
    {
        Clients = [new(1, pace), new(2, pace), new(3, pace)];
        var builder = new LlmResilienceBuilder { TimeProvider = Clock }.Configure(options =>
        {
            options.EndpointDefaults.Timeouts.FirstToken = TimeSpan.FromMilliseconds(100);
            options.EndpointDefaults.Timeouts.FirstTokenAtLastEndpoint = TimeSpan.FromMilliseconds(150);
            options.EndpointDefaults.Timeouts.BetweenTokens = TimeSpan.FromMilliseconds(100);
            options.EndpointDefaults.Timeouts.Response = TimeSpan.FromMilliseconds(150);
            options.EndpointDefaults.Timeouts.ResponseAtLastEndpoint = TimeSpan.FromMilliseconds(200);
            options.EndpointDefaults.RequireFinishReason = FinishReasonRequirement.Always;
            options.EndpointDefaults.Retry.Delay = TimeSpan.FromMilliseconds(1);
            options.EndpointDefaults.Retry.MaxDelay = TimeSpan.FromMilliseconds(10);
            options.EndpointDefaults.Ejection.Window = TimeSpan.FromMilliseconds(500);
            options.EndpointDefaults.Ejection.BaseEjectionTime = TimeSpan.FromMilliseconds(20);
            options.EndpointDefaults.Ejection.MaxEjectionTime = TimeSpan.FromMilliseconds(100);
            options.EndpointDefaults.Ejection.MultiplierDecayInterval = TimeSpan.FromMilliseconds(100);
            options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(options);
        });
        for (var i = 0; i < Clients.Count; i++)
        {
            builder.AddEndpoint($"{(char)('a' + i)}", Clients[i]);
        }

        Client = builder.Build();
    }

    public CountingTimeProvider Clock { get; } = new();

    public IReadOnlyList<ChaoticClient> Clients { get; }

    public IChatClient Client { get; }

    public IReadOnlyList<EndpointSnapshot> Snapshot => Client.GetService<LlmEndpoints>()!.GetSnapshots();

    /// <summary>Everything that is still held somewhere.</summary>
    public int Held => Clients.Sum(client => client.Open) + Snapshot.Sum(endpoint => endpoint.ActiveAttempts + endpoint.AbandonedAttempts) + Clock.LiveTimers;

    /// <summary>What is in flight at clients that do not listen ends within their time.</summary>
    public async Task<string> SettleAsync()
    {
        for (var deadline = Environment.TickCount64 + 20_000; Held != 0 && Environment.TickCount64 < deadline;)
        {
            await Task.Delay(10);
        }

        return string.Join("; ", Snapshot.Zip(Clients, static (endpoint, client)
            => $"{endpoint.Name}: {client.Open} open, {endpoint.ActiveAttempts} active, {endpoint.AbandonedAttempts} abandoned, {client.DisposedTwice} disposed twice, {client.DisposedWhileMoving} disposed while moving")) + $"; {Clock.LiveTimers} timers";
    }

    public void Dispose() => Client.Dispose();
}
