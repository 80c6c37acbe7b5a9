using LlmResilience.Utilities;

namespace LlmResilience.Requests;

/// <summary>Decides where a request goes on after a failure. No clock, no chance, no exception: what it depends on is in the step.</summary>
internal static class AfterFailure
{
    /// <summary>An attempt that is given less than this is not begun.</summary>
    public static readonly long ShortestAttempt = TimeSpan.FromMilliseconds(50).Ticks;

    /// <summary>Decides.</summary>
    /// <param name="step">What failed, and how far the request has come.</param>
    /// <param name="delay">How long to wait before a retry.</param>
    public static NextStep Decide(in FailedStep step, out TimeSpan delay)
    {
        delay = default;
        if (step.Failure.Kind == FailureKind.Canceled)
        {
            return NextStep.Cancel;
        }

        if (step.Failure.Kind == FailureKind.RequestTimeout)
        {
            return NextStep.GiveUp;
        }

        if (!step.MayHaveActed && MayRetry(step, out delay))
        {
            return NextStep.RetryHere;
        }

        if (!step.Rule.Fallback || step.IsPinned)
        {
            return NextStep.Rethrow;
        }

        return step.MayHaveActed || step.Attempts >= step.MaxAttempts || step.TimeLeft < ShortestAttempt ? NextStep.GiveUp : NextStep.NextEndpoint;
    }

    private static bool MayRetry(in FailedStep step, out TimeSpan delay)
    {
        delay = default;
        if (!step.Rule.Retry || step.Retries >= step.MaxRetryAttempts || step.Attempts + step.OthersLeft >= step.MaxAttempts || step.CoolDown is not { } coolDown)
        {
            return false;
        }

        var wait = Math.Max(step.Backoff.Ticks, Math.Max(coolDown, step.Failure.RetryAfter?.Ticks ?? 0));
        delay = TimeSpan.FromTicks(wait);
        if (delay > step.MaxDelay)
        {
            return false;
        }

        return step.TimeLeft == long.MaxValue || wait + ShortestAttempt <= step.TimeLeft - step.NeededByOthers;
    }
}
