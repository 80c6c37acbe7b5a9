using System.Diagnostics;
using LlmResilience.Utilities;
using Microsoft.Extensions.Logging;

namespace LlmResilience.Telemetry;

/// <summary>Counts, logs and tells what happens to the requests of a client.</summary>
internal sealed class ChainTelemetry
{
    // An empty label is no label to Prometheus.
    private const string DefaultName = "default";

    private readonly string _clientName;
    private readonly KeyValuePair<string, object?> _clientTag;
    private readonly GuardedLogger _logger;
    private readonly EventSink _events;
    private readonly UnknownExceptions _unknown = new();

    public ChainTelemetry(string clientName, ILogger logger, LlmResilienceEvents events)
    {
        _clientName = clientName;
        _clientTag = new(LlmResilienceTelemetry.ClientNameTag, clientName.Length == 0 ? DefaultName : clientName);
        _logger = new GuardedLogger(logger);
        _events = new EventSink(clientName, events.Clone());
    }

    public EndpointTelemetry ForEndpoint(string endpointName, string? providerName) => new(endpointName, providerName, _clientTag, _logger, _events, _unknown);

    public void Retrying(EndpointTelemetry endpoint, in Failure failure, TimeSpan delay)
    {
        Log.Retrying(_logger, endpoint.Name, failure.Kind, delay.TotalMilliseconds);
        if (Instruments.Retries.Enabled)
        {
            Instruments.Add(Instruments.Retries, new TagList { _clientTag, endpoint.NameTag, ErrorType(failure.Kind) });
        }

        _events.Retrying(endpoint.Name, failure, delay);
    }

    public void FellBack(EndpointTelemetry from, EndpointTelemetry to, in Failure failure)
    {
        Log.FellBack(_logger, from.Name, to.Name, failure.Kind, failure.StatusCode, failure.ErrorCode);
        if (Instruments.Fallbacks.Enabled)
        {
            var target = new KeyValuePair<string, object?>(LlmResilienceTelemetry.FallbackTargetTag, to.Name);
            Instruments.Add(Instruments.Fallbacks, new TagList { _clientTag, from.NameTag, target, ErrorType(failure.Kind) });
        }

        _events.FellBack(from.Name, to.Name, failure);
    }

    public void Reloaded() => Log.Reloaded(_logger, _clientName);

    public void ReloadRefused(string errors) => Log.ReloadRefused(_logger, _clientName, errors);

    /// <summary>The app's own load balancer threw, or chose nobody.</summary>
    public void LoadBalancerFailed(string what) => Log.LoadBalancerFailed(_logger, _clientName, what);

    /// <summary>No endpoint answered.</summary>
    public void AllFailed(int attempts) => Log.AllFailed(_logger, _clientName, attempts);

    /// <summary>The app gets an exception that is not its own cancel.</summary>
    public void RequestFailed(Exception exception, int attempts) => _events.RequestFailed(exception, attempts);

    /// <summary>The app is done with a request.</summary>
    public void RequestEnded(RequestOutcome outcome, RequestRecovery recovery, long startedAt, MonotonicClock clock)
    {
        if (Instruments.RequestDuration.Enabled)
        {
            RecordRequest(outcome, recovery, clock.Now - startedAt);
        }
    }

    private static KeyValuePair<string, object?> ErrorType(FailureKind kind) => new(LlmResilienceTelemetry.ErrorTypeTag, SnakeCase<FailureKind>.Of((int)kind));

    private void RecordRequest(RequestOutcome outcome, RequestRecovery recovery, long ticks)
    {
        var tags = new TagList
        {
            _clientTag,
            new(LlmResilienceTelemetry.OutcomeTag, Outcomes.NameOf(outcome)),
            new(LlmResilienceTelemetry.RequestRecoveryTag, SnakeCase<RequestRecovery>.Of((int)recovery)),
        };
        if (Outcomes.ErrorTypeOf(outcome) is { } errorType)
        {
            tags.Add(LlmResilienceTelemetry.ErrorTypeTag, errorType);
        }

        Instruments.Record(Instruments.RequestDuration, ticks, tags);
    }
}
