namespace LlmResilience.Telemetry;

/// <summary>The values of <see cref="LlmResilienceTelemetry.OutcomeTag"/>, and the error types of requests.</summary>
internal static class Outcomes
{
    public const string Success = "success";
    public const string Failure = "failure";
    public const string Canceled = "canceled";

    public static RequestOutcome Of(FailureKind kind) => (RequestOutcome)((int)RequestOutcome.FirstKind + (int)kind);

    public static RequestRecovery RecoveryOf(RequestOutcome outcome, int attempts, bool fellBack)
    {
        if (outcome != RequestOutcome.Success || attempts == 1)
        {
            return RequestRecovery.None;
        }

        return fellBack ? RequestRecovery.Fallback : RequestRecovery.Retry;
    }

    public static string NameOf(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Success => Success,
        RequestOutcome.Open => Canceled,
        _ => outcome == Of(FailureKind.Canceled) ? Canceled : Failure,
    };

    /// <summary>What went wrong; <see langword="null"/> if nothing did.</summary>
    public static string? ErrorTypeOf(RequestOutcome outcome)
    {
        if (outcome is RequestOutcome.Open or RequestOutcome.Success || outcome == Of(FailureKind.Canceled))
        {
            return null;
        }

        return outcome < RequestOutcome.FirstKind
            ? SnakeCase<RequestOutcome>.Of((int)outcome)
            : SnakeCase<FailureKind>.Of(outcome - RequestOutcome.FirstKind);
    }
}
