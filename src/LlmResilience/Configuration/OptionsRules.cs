namespace LlmResilience;

/// <summary>The rules that options must keep.</summary>
internal static class OptionsRules
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static void Check(LlmResilienceOptions options, OptionsChecker checker)
    {
        checker.AtLeast(nameof(options.MaxAttempts), options.MaxAttempts, 1);
        checker.Range(nameof(options.MaxEjectedRatio), options.MaxEjectedRatio, 0, 1);
        checker.Range(nameof(options.PanicThreshold), options.PanicThreshold, 0, 1);
        checker.Defined(nameof(options.WhenAllOut), options.WhenAllOut);
        checker.At(nameof(options.Timeouts)).Timeout(nameof(options.Timeouts.Request), options.Timeouts.Request);
    }

    public static void Check(EndpointOptions options, OptionsChecker checker)
    {
        checker.AtLeast(nameof(options.Priority), options.Priority, 0);
        checker.Defined(nameof(options.RequireFinishReason), options.RequireFinishReason);
        if (options.ContextWindow is { } contextWindow)
        {
            checker.AtLeast(nameof(options.ContextWindow), contextWindow, 1);
        }

        if (options.ModelId is { } model && string.IsNullOrWhiteSpace(model))
        {
            checker.Error(nameof(options.ModelId), $"'{model}'", "a model's name, or absent");
        }

        Check(options.Timeouts, checker.At(nameof(options.Timeouts)));
        Check(options.Retry, checker.At(nameof(options.Retry)));
        Check(options.Ejection, checker.At(nameof(options.Ejection)));
        foreach (var kind in Enum.GetValues<FailureKind>())
        {
            if (options.Failures[kind].CoolDown is { } coolDown && coolDown < TimeSpan.Zero)
            {
                checker.At(nameof(options.Failures)).At(kind.ToString()).Error(nameof(FailureRule.CoolDown), coolDown, "at least zero");
            }
        }
    }

    public static void Check(EjectionOptions options, OptionsChecker checker)
    {
        checker.Range(nameof(options.FailureRatio), options.FailureRatio, 0, 1);
        checker.Range(nameof(options.Window), options.Window, TimeSpan.FromMilliseconds(100), OneDay);
        checker.AtLeast(nameof(options.MinimumThroughput), options.MinimumThroughput, 1);
        checker.AtLeast(nameof(options.ConsecutiveFailureThreshold), options.ConsecutiveFailureThreshold, 0);
        checker.Positive(nameof(options.BaseEjectionTime), options.BaseEjectionTime);
        if (options.MaxEjectionTime < options.BaseEjectionTime)
        {
            checker.Error(nameof(options.MaxEjectionTime), options.MaxEjectionTime, $"at least {nameof(options.BaseEjectionTime)}, which is {options.BaseEjectionTime}");
        }

        checker.Range(nameof(options.JitterRatio), options.JitterRatio, 0, 1);
        checker.Positive(nameof(options.MultiplierDecayInterval), options.MultiplierDecayInterval);
        checker.AtLeast(nameof(options.MaxConcurrentProbes), options.MaxConcurrentProbes, 1);
        checker.AtLeast(nameof(options.RequiredProbeSuccesses), options.RequiredProbeSuccesses, 0);
        checker.Range(nameof(options.RampUpInitialRatio), options.RampUpInitialRatio, 0.01, 1);
        checker.Range(nameof(options.RampUpDuration), options.RampUpDuration, TimeSpan.Zero, OneDay);
    }

    private static void Check(EndpointTimeouts options, OptionsChecker checker)
    {
        checker.Timeout(nameof(options.FirstToken), options.FirstToken);
        checker.Timeout(nameof(options.LastFirstToken), options.LastFirstToken);
        checker.Timeout(nameof(options.BetweenTokens), options.BetweenTokens);
        checker.Timeout(nameof(options.Response), options.Response);
        checker.Range(nameof(options.FirstTokenPerInputToken), options.FirstTokenPerInputToken, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private static void Check(RetryOptions options, OptionsChecker checker)
    {
        checker.AtLeast(nameof(options.MaxRetries), options.MaxRetries, 0);
        checker.Range(nameof(options.BaseDelay), options.BaseDelay, TimeSpan.Zero, OneDay);
        checker.Range(nameof(options.MaxDelay), options.MaxDelay, TimeSpan.Zero, OneDay);
        if (options.MaxDelay < options.BaseDelay)
        {
            checker.Error(nameof(options.MaxDelay), options.MaxDelay, $"at least {nameof(options.BaseDelay)}, which is {options.BaseDelay}");
        }
    }
}
