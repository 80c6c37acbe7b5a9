using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Docs.Tests;

/// <summary>What docs/active-probes.md shows does what it says.</summary>
public sealed class ActiveProbeTests
{
    [Fact]
    public void The_configuration_binds_and_builds()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("LlmResilience:Endpoints:1:ApiKey", "k")])
            .AddJsonFile(Path.Combine(Repository.Root, "samples", "Configured", "active-probes.json"))
            .AddInMemoryCollection([new("LlmResilience:Endpoints:1:ApiKeyEnvironmentVariable", null)])
            .Build();
        var seen = new List<(ActiveProbeRequest, TimeSpan, TimeSpan)>();

        using var client = new LlmResilienceBuilder { TimeProvider = new VirtualTimeProvider() }.AddOpenAI()
            .AddProvider(new Looking(options => seen.Add((options.ActiveProbe.Request, options.ActiveProbe.Interval, options.ActiveProbe.Timeout))))
            .Bind(configuration.GetSection("LlmResilience")).Build();

        Assert.Equal(
            [
                (ActiveProbeRequest.Chat, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10)),
                (ActiveProbeRequest.ModelList, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5)),
            ],
            seen);
    }

    [Fact]
    public async Task The_drill_takes_the_endpoint_out() => Assert.Equal(EndpointState.Unhealthy, await ActiveProbeSnippets.Rehearsal());

    [Fact]
    public void A_probe_of_ones_own_is_a_setting_of_the_endpoint()
    {
        var builder = new LlmResilienceBuilder { TimeProvider = new VirtualTimeProvider() };
        using var http = new HttpClient();
        ActiveProbeSnippets.OfYourOwn(builder, new FakeChatClient(Script.Answer("well")), http);
        using var client = builder.Build();

        Assert.Equal("self-hosted", Assert.Single(client.GetService<LlmEndpoints>()!.GetSnapshots()).Name);
    }

    /// <summary>Looks at the options that each endpoint comes out with.</summary>
    private sealed class Looking(Action<EndpointOptions> look) : EndpointProvider
    {
        public override string Name => "Looking";

        public override IReadOnlyCollection<string> ConfigurationKeys => [];

        public override IEnumerable<string> Validate(IConfigurationSection section) => [];

        public override void ConfigureEveryEndpoint(EndpointOptions options) => look(options);

        public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
            => throw new NotSupportedException();
    }
}
