using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>Retries at the same endpoint, before the request moves on to the next one.</summary>
/// <remarks>
/// Which failures are retried is in <see cref="FailureRules"/>. A retry never waits longer than the time the request has left, less what
/// the candidates after it need, leaves an attempt for each endpoint not asked yet, and is not made at an endpoint that is out.
/// </remarks>
public sealed class EndpointRetryOptions
{
    /// <summary>The most retries at one endpoint in one request.</summary>
    /// <value>The default is 1. At least 0.</value>
    public int MaxRetryAttempts { get; set; } = 1;

    /// <summary>The delay before the first retry; it doubles with every further one.</summary>
    /// <value>The default is 500 milliseconds. At least zero.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay. Where a provider asks for a longer one, the request moves on instead of waiting.</summary>
    /// <value>The default is 5 seconds. At least <see cref="Delay"/>, at most one day.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    internal void Check(OptionsChecker checker)
    {
        checker.AtLeast(nameof(MaxRetryAttempts), MaxRetryAttempts, 0);
        checker.Range(nameof(Delay), Delay, TimeSpan.Zero, OptionsChecker.OneDay);
        checker.Range(nameof(MaxDelay), MaxDelay, TimeSpan.Zero, OptionsChecker.OneDay);
        if (MaxDelay < Delay)
        {
            checker.Error(nameof(MaxDelay), MaxDelay, $"at least {nameof(Delay)}, which is {Delay}");
        }
    }

    internal EndpointRetryOptions Clone() => (EndpointRetryOptions)MemberwiseClone();
}
