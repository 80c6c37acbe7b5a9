using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace LlmResilience;

/// <summary>Makes the endpoints and the chain of a blueprint that was found right.</summary>
internal sealed class ChainFactory(string clientName, TimeProvider timeProvider, ILoggerFactory loggers, IServiceProvider services)
{
    public ResilientChatClient CreateClient(LlmResilienceOptions options, ChainBlueprint blueprint)
    {
        var clock = new MonotonicClock(timeProvider);
        var telemetry = new ChainTelemetry(clientName, loggers.CreateLogger("LlmResilience"));
        var pool = new EjectionPool(options.MaxEjectedShare);
        var endpoints = new List<Endpoint>();
        var clients = new List<IChatClient>();
        try
        {
            foreach (var (definition, endpointOptions) in blueprint.Endpoints)
            {
                var client = definition.CreateClient(endpointOptions, services);
                clients.Add(client);
                endpoints.Add(new Endpoint(definition.Name!, WithPipeline(client, endpointOptions), new EndpointSettings(endpointOptions), pool, clock, telemetry));
            }
        }
        catch
        {
            clients.ForEach(client => client.Dispose());
            throw;
        }

        pool.SetMembers(endpoints.Select(endpoint => endpoint.Health));
        return new ResilientChatClient(new Chain(options, endpoints, pool, clock, telemetry));
    }

    private IChatClient WithPipeline(IChatClient client, EndpointOptions options)
        => options.GetPipeline() is { Count: > 0 } pipeline ? PipelineChatClient.Create(client, pipeline, timeProvider) : client;
}
