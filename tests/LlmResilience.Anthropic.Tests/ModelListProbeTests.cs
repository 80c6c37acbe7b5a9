using LlmResilience.Testing;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

/// <summary>The free probe: <c>GET /v1/models</c> with the address, the credentials and the pipeline of the messages.</summary>
public class ModelListProbeTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_asks_with_the_key_of_the_endpoint()
    {
        await using var server = await Clients.StartAsync();
        using var client = server.CreateClient();

        await Probe(client).RequestModelListAsync(Limit);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("/v1/models", "Bearer k"), (request.Path, request.Headers["Authorization"]));
        Assert.Equal(0, server.GetStatistics().RequestCount);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_server_that_has_no_such_list_is_well(int status)
    {
        await using var server = await Clients.StartAsync();
        server.ModelListFaults.Always(SimulatedFault.Status(status));
        using var client = server.CreateClient();

        await Probe(client).RequestModelListAsync(Limit);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(500, FailureKind.ServerError)]
    [InlineData(529, FailureKind.Overloaded)]
    [InlineData(429, FailureKind.RateLimited)]
    [InlineData(401, FailureKind.Unauthorized)]
    public async Task What_it_fails_with_is_understood_as_a_messages_failure_is(int status, FailureKind expected)
    {
        await using var server = await Clients.StartAsync();
        server.ModelListFaults.Always(SimulatedFault.Status(status, headers: new Dictionary<string, string>(StringComparer.Ordinal) { ["retry-after"] = "7" }));
        using var client = server.CreateClient();

        var failed = await Assert.ThrowsAnyAsync<Exception>(() => Probe(client).RequestModelListAsync(Limit));

        var failure = AnthropicFailureClassifier.Instance.Classify(failed, new FailureClassifierContext("a", TimeProvider.System))!.Value;
        Assert.Equal((expected, status), (failure.Kind, failure.StatusCode));
        Assert.Equal(status is 429 or 529 ? TimeSpan.FromSeconds(7) : failure.RetryAfter, failure.RetryAfter);
    }

    [Fact]
    public async Task A_wedged_server_passes_it_and_one_that_is_gone_does_not()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.Silence());
        server.ModelListFaults.Always(SimulatedFault.ConnectionRefused());
        using var client = new LlmResilienceBuilder().Add("a", server, endpoint =>
            (endpoint.ActiveProbe.Enabled, endpoint.ActiveProbe.Request, endpoint.ActiveProbe.Scope, endpoint.ActiveProbe.Interval)
                = (true, ActiveProbeRequest.ModelList, ActiveProbeScope.All, TimeSpan.FromMilliseconds(100))).Build();
        var endpoints = client.GetService<LlmEndpoints>()!;

        await UntilAsync(() => endpoints.GetSnapshots()[0].State == EndpointState.Unhealthy);
        server.ModelListFaults.Clear();

        await UntilAsync(() => endpoints.GetSnapshots()[0].State == EndpointState.Ramping);
        Assert.Equal(0, server.GetStatistics().RequestCount);
    }

    private static IModelListProbe Probe(IChatClient client) => client.GetService<IModelListProbe>()!;

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, Limit);
        }
    }
}
