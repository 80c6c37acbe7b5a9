namespace LlmResilience;

/// <summary>The ejection options of one endpoint in clock ticks, immutable, with what only tests may change.</summary>
internal sealed record EjectionSettings
{
    public const int DefaultBuckets = 10;

    public required bool Enabled { get; init; }
    public required double FailureRatio { get; init; }
    public required long Window { get; init; }
    public int Buckets { get; init; } = DefaultBuckets;
    public required int MinimumThroughput { get; init; }
    public required int ConsecutiveFailures { get; init; }
    public required long BaseTime { get; init; }
    public required long MaxTime { get; init; }
    public required long Jitter { get; init; }
    public required long HealthyInterval { get; init; }
    public required int ProbeConcurrency { get; init; }
    public required int ProbeSuccesses { get; init; }
    public required double RampStart { get; init; }
    public required long RampUp { get; init; }

    /// <summary>The longest time that a Retry-After may ask for.</summary>
    public long MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5).Ticks;

    public static EjectionSettings From(EjectionOptions options) => new()
    {
        Enabled = options.Enabled,
        FailureRatio = options.FailureRatio,
        Window = options.Window.Ticks,
        MinimumThroughput = options.MinimumThroughput,
        ConsecutiveFailures = options.ConsecutiveFailures,
        BaseTime = options.BaseEjectionTime.Ticks,
        MaxTime = options.MaxEjectionTime.Ticks,
        Jitter = (long)(options.BaseEjectionTime.Ticks * options.Jitter),
        HealthyInterval = options.HealthyInterval.Ticks,
        ProbeConcurrency = options.ProbeConcurrency,
        ProbeSuccesses = options.ProbeSuccesses,
        RampStart = options.RampStart,
        RampUp = options.RampUp.Ticks,
    };
}
