using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Requests;

/// <summary>The wait before an endpoint is asked again.</summary>
internal static class RetryWait
{
    /// <summary>Waits, and until the endpoint's cool-down has ended by its own clock.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task DelayAsync(Endpoint endpoint, TimeSpan delay, CancellationToken cancellationToken)
    {
        var clock = endpoint.Clock;
        await Task.Delay(delay, clock.TimeProvider, cancellationToken).ConfigureAwait(false);

        // A timer counts coarser than our clock and may go off a few milliseconds before the cool-down ends.
        while (endpoint.Health.TryGetCoolDown(clock.Now, out var rest) && rest > 0 && rest < MonotonicClock.TimerSlack.Ticks)
        {
            await Task.Delay(MonotonicClock.TimerSlack, clock.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
