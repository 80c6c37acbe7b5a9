using Microsoft.Extensions.Logging;

namespace LlmResilience;

/// <summary>Counts and logs what happens to one endpoint; its tags are made once.</summary>
internal sealed class EndpointTelemetry(string clientName, string endpointName, ILogger logger)
{
    public KeyValuePair<string, object?> EndpointTag { get; } = new(LlmResilienceTelemetry.EndpointTag, endpointName);

    public KeyValuePair<string, object?> ClientTag { get; } = new(LlmResilienceTelemetry.ClientTag, clientName);

    public KeyValuePair<string, object?>[] Tags => [EndpointTag, ClientTag];

    public void FirstToken(long ticks)
    {
        if (Instruments.FirstTokenDuration.Enabled)
        {
            Instruments.FirstTokenDuration.Record(Seconds(ticks), EndpointTag, ClientTag);
        }
    }

    public void AttemptEnded(FailureKind? outcome, long ticks)
    {
        if (outcome is { } kind)
        {
            Log.AttemptFailed(logger, endpointName, kind, TimeSpan.FromTicks(ticks).TotalMilliseconds);
        }

        if (!Instruments.Attempts.Enabled && !Instruments.AttemptDuration.Enabled)
        {
            return;
        }

        if (outcome is { } failed)
        {
            var error = new KeyValuePair<string, object?>(LlmResilienceTelemetry.ErrorTypeTag, FailureKindNames.Of(failed));
            Instruments.Attempts.Add(1, EndpointTag, ClientTag, error);
            Instruments.AttemptDuration.Record(Seconds(ticks), EndpointTag, ClientTag, error);
        }
        else
        {
            Instruments.Attempts.Add(1, EndpointTag, ClientTag);
            Instruments.AttemptDuration.Record(Seconds(ticks), EndpointTag, ClientTag);
        }
    }

    public void HealthChanged(in HealthChange change)
    {
        switch (change.Kind)
        {
            case HealthChangeKind.Ejected:
                Log.Ejected(logger, endpointName, change.Duration.TotalSeconds, change.Multiplier, change.Reason);
                Instruments.Ejections.Add(1, EndpointTag, ClientTag, new(LlmResilienceTelemetry.ReasonTag, change.Reason.ToString()));
                break;
            case HealthChangeKind.Reinstated:
                Log.Reinstated(logger, endpointName, change.Duration.TotalSeconds, change.Multiplier);
                break;
            case HealthChangeKind.EjectionRefused:
                Log.EjectionRefused(logger, endpointName, change.Reason);
                break;
        }
    }

    public void CoolDownBegan(in Failure failure, TimeSpan duration)
    {
        if (failure.Kind is FailureKind.Unauthorized or FailureKind.NotFound or FailureKind.QuotaExhausted)
        {
            Log.Misconfigured(logger, endpointName, failure.Kind, failure.StatusCode, failure.Code, duration.TotalSeconds);
        }
        else
        {
            Log.CoolingDown(logger, endpointName, failure.Kind, duration.TotalSeconds);
        }
    }

    public void CleanUpFailed(Exception exception) => Log.CleanUpFailed(logger, endpointName, exception.GetType().Name);

    private static double Seconds(long ticks) => (double)ticks / TimeSpan.TicksPerSecond;
}
