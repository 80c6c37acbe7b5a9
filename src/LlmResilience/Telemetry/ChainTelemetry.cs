using Microsoft.Extensions.Logging;

namespace LlmResilience;

/// <summary>Counts and logs what happens to requests.</summary>
internal sealed class ChainTelemetry(string clientName, ILogger logger)
{
    private readonly KeyValuePair<string, object?> _clientTag = new(LlmResilienceTelemetry.ClientTag, clientName);

    public EndpointTelemetry ForEndpoint(Endpoint endpoint) => new(clientName, endpoint.Name, logger);

    public void Retrying(Endpoint endpoint, in Failure failure, TimeSpan delay)
    {
        Log.Retrying(logger, endpoint.Name, failure.Kind, delay.TotalMilliseconds);
        Instruments.Retries.Add(1, endpoint.Telemetry.EndpointTag, _clientTag);
    }

    public void FellBack(Endpoint from, Endpoint to, in Failure failure)
    {
        Log.FellBack(logger, from.Name, to.Name, failure.Kind, failure.StatusCode, failure.Code);
        Instruments.Fallbacks.Add(1, from.Telemetry.EndpointTag, _clientTag, new(LlmResilienceTelemetry.ErrorTypeTag, FailureKindNames.Of(failure.Kind)));
    }

    public void Reloaded() => Log.Reloaded(logger, clientName);

    public void ReloadRefused(string errors) => Log.ReloadRefused(logger, clientName, errors);

    public void AllFailed(int attempts)
    {
        Log.AllFailed(logger, clientName, attempts);
        Instruments.FailedRequests.Add(1, _clientTag);
    }
}
