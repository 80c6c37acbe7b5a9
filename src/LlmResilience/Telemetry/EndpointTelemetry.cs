using System.Diagnostics;
using LlmResilience.Health;
using LlmResilience.Utilities;
using Microsoft.Extensions.Logging;

namespace LlmResilience.Telemetry;

/// <summary>Counts, logs and tells what happens to one endpoint; its tags are made once.</summary>
internal sealed class EndpointTelemetry(
    string endpointName, string? providerName, KeyValuePair<string, object?> clientTag, ILogger logger, EventSink events, UnknownExceptions unknown)
{
    private static readonly KeyValuePair<string, object?> ActiveProbeTag = new(LlmResilienceTelemetry.ProbeTypeTag, "active");

    private readonly KeyValuePair<string, object?> _providerTag = new(LlmResilienceTelemetry.ProviderNameTag, providerName);

    public string Name => endpointName;

    public KeyValuePair<string, object?> NameTag { get; } = new(LlmResilienceTelemetry.EndpointNameTag, endpointName);

    public KeyValuePair<string, object?> ClientTag => clientTag;

    /// <summary>Whether anybody wants to be told about states, which have to be looked for.</summary>
    public bool WantsStates => events.WantsStates;

    public void FirstToken(long ticks, string? model)
    {
        if (Instruments.AttemptTimeToFirstToken.Enabled)
        {
            Instruments.Record(Instruments.AttemptTimeToFirstToken, ticks, AttemptTags(model));
        }
    }

    public void AttemptEnded(FailureKind? failure, long startedAt, MonotonicClock clock, string? model)
    {
        if (failure is { } kind)
        {
            Log.AttemptFailed(logger, endpointName, kind, TimeSpan.FromTicks(clock.Now - startedAt).TotalMilliseconds);
        }

        if (Instruments.AttemptDuration.Enabled)
        {
            var tags = AttemptTags(model);
            AddOutcome(ref tags, failure);
            Instruments.Record(Instruments.AttemptDuration, clock.Now - startedAt, tags);
        }
    }

    public void HealthChanged(in HealthChange change)
    {
        switch (change.Kind)
        {
            case HealthChangeKind.Ejected:
                Log.Ejected(logger, endpointName, change.Duration.TotalSeconds, change.Multiplier, change.Reason);
                break;
            case HealthChangeKind.Reinstated:
                Log.Reinstated(logger, endpointName, change.Duration.TotalSeconds, change.Multiplier);
                break;
            case HealthChangeKind.EjectionRefused:
                Log.EjectionRefused(logger, endpointName, change.Reason);
                break;
            case HealthChangeKind.FoundIll:
                Log.FoundIll(logger, endpointName);
                break;
            case HealthChangeKind.FoundWell:
                Log.FoundWell(logger, endpointName);
                break;
        }
    }

    /// <summary>An active probe has ended.</summary>
    public void Probed(in Failure? failure, bool isGood)
    {
        if (failure is { } found)
        {
            Log.ProbeFailed(logger, endpointName, found.Kind);
        }

        if (Instruments.Probes.Enabled)
        {
            var tags = new TagList { clientTag, NameTag, ActiveProbeTag };
            AddOutcome(ref tags, isGood ? null : failure?.Kind);
            Instruments.Add(Instruments.Probes, tags);
        }
    }

    /// <summary>Active probes keep the endpoint out, but are answered with what says nothing of it.</summary>
    public void ProbeSaysNothing(FailureKind kind) => Log.ProbeSaysNothing(logger, endpointName, kind);

    public void CoolDownBegan(in Failure failure, TimeSpan duration)
    {
        if (failure.Kind is FailureKind.Unauthorized or FailureKind.NotFound or FailureKind.QuotaExhausted)
        {
            Log.Misconfigured(logger, endpointName, failure.Kind, failure.StatusCode, failure.ErrorCode, duration.TotalSeconds);
        }
        else
        {
            Log.CoolingDown(logger, endpointName, failure.Kind, duration.TotalSeconds);
        }
    }

    /// <summary>A failure of kind <see cref="FailureKind.Unknown"/>. Its type is told, never its message.</summary>
    public void NotUnderstood(Exception exception)
    {
        var type = exception.GetType().FullName ?? exception.GetType().Name;
        if (unknown.IsNew(type))
        {
            Log.NotUnderstoodYet(logger, endpointName, type, UnknownExceptions.HintFor(type));
        }
        else
        {
            Log.NotUnderstood(logger, endpointName, type);
        }
    }

    public void StateChanged(EndpointState from, EndpointState to) => events.StateChanged(endpointName, from, to);

    public void CleanUpFailed(Exception exception) => Log.CleanUpFailed(logger, endpointName, exception.GetType().Name);

    private static void AddOutcome(ref TagList tags, FailureKind? failure)
    {
        var outcome = failure switch
        {
            null => Outcomes.Success,
            FailureKind.Canceled => Outcomes.Canceled,
            _ => Outcomes.Failure,
        };
        tags.Add(LlmResilienceTelemetry.OutcomeTag, outcome);
        if (failure is { } kind && kind != FailureKind.Canceled)
        {
            tags.Add(LlmResilienceTelemetry.ErrorTypeTag, SnakeCase<FailureKind>.Of((int)kind));
        }
    }

    private TagList AttemptTags(string? model)
    {
        var tags = new TagList { clientTag, NameTag };
        if (providerName is not null)
        {
            tags.Add(_providerTag);
        }

        if (model is not null)
        {
            tags.Add(LlmResilienceTelemetry.RequestModelTag, model);
        }

        return tags;
    }
}
