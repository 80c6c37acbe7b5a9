using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests;

/// <summary>A resilient client over fake ones, on virtual time.</summary>
internal sealed class TestChain : IDisposable
{
    private readonly LlmResilienceBuilder _builder;
    private ResilientChatClient? _client;

    public TestChain(string name = "")
    {
        _builder = new LlmResilienceBuilder(services: null, name) { TimeProvider = Clock, LoggerFactory = Logs };
        // Chance belongs into tests of chance: without jitter a test can name its instants.
        _builder.Configure(options =>
        {
            options.EndpointDefaults.Ejection.JitterRatio = 0;
            options.EndpointDefaults.Retry.MaxRetryAttempts = 0;
        });
    }

    public VirtualTimeProvider Clock { get; } = new();

    public RecordingLoggerFactory Logs { get; } = new();

    public ResilientChatClient Client => _client ??= _builder.Build();

    public LlmEndpoints Endpoints => Client.GetService<LlmEndpoints>()!;

    public EndpointSnapshot this[string endpoint] => Endpoints.GetSnapshots().Single(snapshot => snapshot.Name == endpoint);

    public LlmResilienceEvents Events => _builder.Events;

    public TestChain With(Action<LlmResilienceOptions> configure)
    {
        _builder.Configure(configure);
        return this;
    }

    public TestChain Compose(Action<LlmResilienceBuilder> compose)
    {
        compose(_builder);
        return this;
    }

    public TestChain Bind(ChangingConfiguration configuration)
    {
        _builder.Bind(configuration.Section);
        return this;
    }

    public TestChain Endpoint(string name, IChatClient client, Action<EndpointOptions>? configure = null)
    {
        _builder.AddEndpoint(name, client, configure);
        return this;
    }

    public TestChain Endpoint(string name, params Script[] scripts) => Endpoint(name, new FakeChatClient(scripts));

    public void Dispose() => _client?.Dispose();
}
