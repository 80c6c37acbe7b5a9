using System.Text.Json.Nodes;
using LlmResilience.Health;
using LlmResilience.Utilities;

namespace LlmResilience.Tests.Health;

/// <summary>Maps a vector's options to the mechanism's settings.</summary>
internal static class VectorOptions
{
    // Part of the vectors' schema, but not of the design: a vector that switches one of them on must fail loudly, not pass by chance.
    private static readonly (string Key, string Off)[] Unsupported =
    [
        ("slowCallRatio", "null"), ("decayRequiresSuccess", "false"), ("slowStartAggression", "1"), ("alwaysEjectOne", "true"),
        ("ejectSingle", "true"), ("rateLimitCountsInRatio", "false"),
    ];

    public static EjectionSettings Settings(JsonObject options) => new()
    {
        Enabled = (bool)options["enabled"]!,
        FailureRatio = (double?)options["failureRatio"] ?? 0,
        Window = Ticks(options, "windowMs"),
        Buckets = (int)options["buckets"]!,
        MinimumThroughput = (int)options["minThroughput"]!,
        ConsecutiveFailureThreshold = (int)options["consecutiveFailures"]!,
        ConsecutiveGatewayFailureThreshold = (int)options["consecutiveGateway"]!,
        ConsecutiveConnectionFailureThreshold = (int)options["consecutiveLocal"]!,
        SplitConnectionFailures = (bool)options["splitLocalOrigin"]!,
        BaseTime = Ticks(options, "baseEjectionMs"),
        MaxTime = Ticks(options, "maxEjectionMs"),
        MaxJitter = Ticks(options, "jitterMs"),
        MultiplierDecayInterval = Ticks(options, "healthyIntervalMs"),
        MaxConcurrentProbes = (int)options["maxProbes"]!,
        RequiredProbeSuccesses = (string)options["reintegration"]! == "direct" ? 0 : (int)options["probeSuccesses"]!,
        RampUpInitialRatio = (double)options["slowStartMinWeight"]!,
        RampUpDuration = Ticks(options, "slowStartMs"),
        MaxRetryAfter = Ticks(options, "retryAfterCapMs"),
    };

    public static double MaxEjectedRatio(JsonObject options) => (double)options["maxEjectionPercent"]! / 100;

    public static TimeSpan Cap(JsonObject options, TimeSpan retryAfter)
        => TimeSpan.FromTicks(Math.Min(retryAfter.Ticks, Ticks(options, "retryAfterCapMs")));

    public static List<string> Validate(JsonObject options)
    {
        List<string> errors = [];
        var ejection = new EjectionOptions
        {
            Window = TimeSpan.FromTicks(Ticks(options, "windowMs")),
            BaseEjectionTime = TimeSpan.FromTicks(Ticks(options, "baseEjectionMs")),
            MaxEjectionTime = TimeSpan.FromTicks(Ticks(options, "maxEjectionMs")),
            MultiplierDecayInterval = TimeSpan.FromTicks(Ticks(options, "healthyIntervalMs")),
            MinimumThroughput = (int)options["minThroughput"]!,
            ConsecutiveFailureThreshold = (int)options["consecutiveFailures"]!,
            ConsecutiveGatewayFailureThreshold = (int)options["consecutiveGateway"]!,
            ConsecutiveConnectionFailureThreshold = (int)options["consecutiveLocal"]!,
            FailureRatio = (double?)options["failureRatio"] ?? 0,
            MaxConcurrentProbes = (int)options["maxProbes"]!,
        };
        ejection.Check(new OptionsChecker("Ejection", errors));
        return errors;
    }

    public static void RefuseUnsupported(JsonObject options)
    {
        foreach (var (key, off) in Unsupported)
        {
            var value = options[key]?.ToJsonString() ?? "null";
            Assert.True(value == off || value == $"{off}.0", $"The option '{key}' = {value} is not part of the design.");
        }
    }

    private static long Ticks(JsonObject options, string key) => (long)options[key]! * TimeSpan.TicksPerMillisecond;
}
