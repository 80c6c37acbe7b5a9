using System.ClientModel;
using System.ClientModel.Primitives;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.OpenAI.Tests;

/// <summary>The free probe: <c>GET /models</c> with the address, the credentials and the pipeline of the chats.</summary>
public class ModelListProbeTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_asks_with_the_key_the_pipeline_and_the_query_of_the_endpoint()
    {
        await using var server = LoopbackServer.Json("""{"object":"list","data":[]}""");
        using var client = Create(new Uri($"{server.BaseAddress}/?api-version=1"), options => options.AddPolicy(new MarkingPolicy(), PipelinePosition.PerCall));

        await Probe(client).RequestModelListAsync(Limit);

        var head = Assert.Single(server.Requests).Head;
        Assert.StartsWith("GET /v1/models?api-version=1 HTTP/1.1", head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer the-key", head, StringComparison.Ordinal);
        Assert.Contains("X-Marked: yes", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_server_that_answers_is_well_also_one_that_has_no_such_list(int status)
    {
        await using var server = LoopbackServer.Json("{}", status);
        using var client = Create(server.BaseAddress);

        await Probe(client).RequestModelListAsync(Limit);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(500, FailureKind.ServerError)]
    [InlineData(503, FailureKind.Overloaded)]
    [InlineData(429, FailureKind.RateLimited)]
    [InlineData(401, FailureKind.Unauthorized)]
    public async Task What_it_fails_with_is_understood_as_a_chats_failure_is(int status, FailureKind expected)
    {
        await using var server = LoopbackServer.Json("""{"error":{"message":"no"}}""", status, "Retry-After: 7");
        using var client = Create(server.BaseAddress);

        var failed = await Assert.ThrowsAsync<ClientResultException>(() => Probe(client).RequestModelListAsync(Limit));

        var failure = OpenAIFailureClassifier.Instance.Classify(failed, new FailureClassifierContext("a", TimeProvider.System));
        Assert.Equal((expected, status), (failure!.Value.Kind, failure.Value.StatusCode));
    }

    [Fact]
    public async Task It_gives_up_when_it_is_told_to()
    {
        await using var server = await SimulatedOpenAIServer.StartAsync(cancellationToken: Limit);
        server.ModelListFaults.Always(SimulatedFault.Silence());
        using var client = Create(server.BaseAddress);
        using var stop = new CancellationTokenSource();

        var asking = Probe(client).RequestModelListAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_configuration_a_wedged_server_passes_it_and_one_that_is_gone_does_not(bool isGone)
    {
        await using var server = await SimulatedOpenAIServer.StartAsync(cancellationToken: Limit);
        server.Faults.Always(SimulatedFault.Silence());
        if (isGone)
        {
            server.ModelListFaults.Always(SimulatedFault.Status(500));
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Endpoints:0:Name"] = "a",
            ["Endpoints:0:Provider"] = "OpenAI",
            ["Endpoints:0:ModelId"] = "any",
            ["Endpoints:0:ApiKey"] = "k",
            ["Endpoints:0:BaseAddress"] = server.BaseAddress.ToString(),
            ["Endpoints:0:ActiveProbe:Enabled"] = "true",
            ["Endpoints:0:ActiveProbe:Request"] = "ModelList",
            ["Endpoints:0:ActiveProbe:Scope"] = "All",
            ["Endpoints:0:ActiveProbe:Interval"] = "00:00:00.1",
        }).Build();
        using var client = new LlmResilienceBuilder().AddOpenAI().Bind(configuration).Build();

        var endpoints = client.GetService<LlmEndpoints>()!;
        if (isGone)
        {
            await UntilAsync(() => endpoints.GetSnapshots()[0].State == EndpointState.Unhealthy);
            server.ModelListFaults.Clear();
        }

        await UntilAsync(() => endpoints.GetSnapshots()[0].State is EndpointState.Healthy or EndpointState.Ramping);
        Assert.Equal(0, server.GetStatistics().RequestCount);
    }

    private static OpenAIChatClient Create(Uri address, Action<global::OpenAI.OpenAIClientOptions>? configure = null)
        => (OpenAIChatClient)OpenAIClientFactory.Create(
            new() { BaseAddress = address, ApiKey = "the-key", ModelId = "m", ConfigureClient = configure }, services: null);

    private static IModelListProbe Probe(OpenAIChatClient client) => client.GetService<IModelListProbe>()!;

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, Limit);
        }
    }

    private sealed class MarkingPolicy : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => throw new NotSupportedException();

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("X-Marked", "yes");
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
