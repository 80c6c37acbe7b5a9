namespace LlmResilience.Tests;

/// <summary>Waits for what happens on another thread and has nothing to await but its effect, such as clean-up on the pool.</summary>
internal static class Eventually
{
    /// <summary>Far more than anything here takes, on a busy machine too.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public static async Task IsTrueAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "It never came true.");
            await Task.Yield();
        }
    }
}
