using LlmResilience.Benchmarks.Clients;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>What a request costs does not grow with the endpoints, with the past, or with the cores.</summary>
internal static class GrowthBudgets
{
    private const double Flat = 1.2;

    public static async Task<IReadOnlyList<Budget>> MeasureAsync()
    {
        var (one, many) = (Contenders.OursWith(1), Contenders.OursWith(1000));
        var sizes = Measurement.Compare(() => Contenders.CallAsync(one), () => Contenders.CallAsync(many));

        var (fresh, old) = (await AfterAnHourAsync(steps: 1), await AfterAnHourAsync(steps: Pace.IsDry ? 100 : 36_000));
        var ages = Measurement.Compare(() => Contenders.CallAsync(fresh), () => Contenders.CallAsync(old));

        var ours = Contenders.Ours();
        var speedUp = Throughput.OfTwoThreads(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                _ = ours.GetResponseAsync(Contenders.Messages);
            }
        });
        return
        [
            Budget.Ratio("request: 1000 endpoints", sizes[1], sizes[0], "1 endpoint", Flat),
            Budget.Ratio("request: after an hour of traffic and failures", ages[1], ages[0], "idle process", Flat),
            new Budget("requests on two cores", $"x {speedUp:0.00}", "one core", ">= x 1.80", speedUp >= 1.8),
        ];
    }

    /// <summary>A client that has seen an hour of ten requests a second, with a bad minute in every ten.</summary>
    private static async Task<IChatClient> AfterAnHourAsync(int steps)
    {
        var (clock, primary) = (new FrozenTimeProvider(), new TogglingClient());
        var client = new LlmResilienceBuilder { TimeProvider = clock }
            .AddEndpoint("primary", primary, endpoint => endpoint.Retry.MaxRetryAttempts = 0)
            .AddEndpoint("backup", Contenders.Raw())
            .Build();
        for (var step = 0; step < steps; step++)
        {
            clock.Advance(TimeSpan.FromHours(1) / 36_000);
            primary.Fails = step / 600 % 10 == 3;
            await client.GetResponseAsync(Contenders.Messages);
        }

        // Past the last ejection and its ramp.
        primary.Fails = false;
        for (var step = 0; step < 20; step++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await client.GetResponseAsync(Contenders.Messages);
        }

        return client;
    }
}
