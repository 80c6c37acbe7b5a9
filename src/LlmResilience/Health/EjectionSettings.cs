using LlmResilience.Utilities;

namespace LlmResilience.Health;

/// <summary>The ejection options of one endpoint in clock ticks, immutable, with what only tests may change.</summary>
internal sealed record EjectionSettings
{
    public const int DefaultBuckets = 10;

    public required bool Enabled { get; init; }
    public required double FailureRatio { get; init; }
    public required long Window { get; init; }
    public int Buckets { get; init; } = DefaultBuckets;
    public required int MinimumThroughput { get; init; }
    public required int ConsecutiveFailureThreshold { get; init; }
    public int ConsecutiveGatewayFailureThreshold { get; init; }
    public int ConsecutiveConnectionFailureThreshold { get; init; }
    public bool SplitConnectionFailures { get; init; }
    public required long BaseTime { get; init; }
    public required long MaxTime { get; init; }
    public required long MaxJitter { get; init; }
    public required long MultiplierDecayInterval { get; init; }
    public required int MaxConcurrentProbes { get; init; }
    public required int RequiredProbeSuccesses { get; init; }
    public required double RampUpInitialRatio { get; init; }
    public required long RampUpDuration { get; init; }

    /// <summary>The longest time that a Retry-After may ask for.</summary>
    public long MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    public static EjectionSettings From(EjectionOptions options) => new()
    {
        Enabled = options.Enabled,
        FailureRatio = options.FailureRatio,
        Window = options.Window.Ticks,
        MinimumThroughput = options.MinimumThroughput,
        ConsecutiveFailureThreshold = options.ConsecutiveFailureThreshold,
        ConsecutiveGatewayFailureThreshold = options.ConsecutiveGatewayFailureThreshold,
        ConsecutiveConnectionFailureThreshold = options.ConsecutiveConnectionFailureThreshold,
        SplitConnectionFailures = options.SplitConnectionFailures,
        BaseTime = options.BaseEjectionTime.Ticks,
        MaxTime = options.MaxEjectionTime.Ticks,
        MaxJitter = (long)(options.BaseEjectionTime.Ticks * options.JitterRatio),
        MultiplierDecayInterval = options.MultiplierDecayInterval.Ticks,
        MaxConcurrentProbes = options.MaxConcurrentProbes,
        RequiredProbeSuccesses = options.RequiredProbeSuccesses,
        RampUpInitialRatio = options.RampUpInitialRatio,
        RampUpDuration = options.RampUpDuration.Ticks,
    };
}
