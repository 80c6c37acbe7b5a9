using LlmResilience.Health;

namespace LlmResilience.Soak.Tests.Health;

/// <summary>The settings that scenarios start with and reload.</summary>
internal static class ScenarioSettings
{
    private static readonly (string Name, EjectionSettings Settings)[] All =
    [
        ("defaults without jitter", Make(options => options.JitterRatio = 0)),
        ("defaults", Make(_ => { })),
        ("no ramp, no run", Make(options =>
        {
            options.RampUpDuration = TimeSpan.Zero;
            options.ConsecutiveFailureThreshold = 0;
        })),
        ("no ratio, 2 probes at a time", Make(options =>
        {
            options.FailureRatio = 0;
            options.MaxConcurrentProbes = 2;
        })),
        ("straight back", Make(options => options.RequiredProbeSuccesses = 0)),
        ("3 probes must succeed, 2 at a time", Make(options =>
        {
            options.RequiredProbeSuccesses = 3;
            options.MaxConcurrentProbes = 2;
        })),
        ("window 5 s, base 15 s, at most 40 s", Make(options =>
        {
            options.Window = TimeSpan.FromSeconds(5);
            options.BaseEjectionTime = TimeSpan.FromSeconds(15);
            options.MaxEjectionTime = TimeSpan.FromSeconds(40);
            options.MultiplierDecayInterval = TimeSpan.FromSeconds(10);
        })),
        ("1 failure is enough", Make(options =>
        {
            options.ConsecutiveFailureThreshold = 1;
            options.MinimumThroughput = 1;
        })),
        ("off", Make(options => options.Enabled = false)),
    ];

    public static int Count => All.Length;

    /// <summary>No thread is late by more than this, and never into another bucket.</summary>
    public static long SmallestBucket => TimeSpan.FromSeconds(0.5).Ticks;

    public static EjectionSettings Get(int index) => All[index].Settings;

    public static string Describe(int index) => $"\"{All[index].Name}\"";

    private static EjectionSettings Make(Action<EjectionOptions> change)
    {
        var options = new EjectionOptions();
        change(options);
        return EjectionSettings.From(options);
    }
}
