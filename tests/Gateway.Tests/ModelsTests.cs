using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using LlmResilience.Testing;
using Microsoft.Extensions.Options;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>Which endpoints a request goes to: those of its model, then those of its fallbacks; every endpoint with one health.</summary>
public sealed class ModelsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_models_health_is_its_own_and_the_same_as_a_fallback(bool stream)
    {
        await using var provider = AllButIll();
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address, "--LlmResilience:EndpointDefaults:Ejection:ConsecutiveFailureThreshold=2");

        // Fails twice, once as the first and once as the second.
        using (var first = await gateway.AskAsync("ill", stream, more: """ "fallbacks":["well"], """))
        using (var second = await gateway.AskAsync("ill-too", stream, more: """ "fallbacks":["ill", "well"], """))
        {
            Assert.Equal("well", second.Headers.GetValues("x-llm-endpoint").Single());
            Assert.Equal("3", second.Headers.GetValues("x-llm-attempts").Single());
        }

        using var third = await gateway.AskAsync("ill", stream, more: """ "fallbacks":["well"], """);

        Assert.Equal("1", third.Headers.GetValues("x-llm-attempts").Single());
        Assert.Equal("Ejected", (string?)(await gateway.GetEndpointAsync("ill"))["state"]);
        Assert.Equal("Healthy", (string?)(await gateway.GetEndpointAsync("well"))["state"]);
        Assert.Equal(2, provider.Requests.Count(request => (string?)request["model"] == "ill"));
    }

    [Fact]
    public async Task A_model_that_is_not_the_last_is_cut_at_its_first_token_limit_and_the_last_is_waited_for()
    {
        await using var provider = new ScriptedProvider(async (request, stream) =>
        {
            await Task.Delay((string?)request["model"] == "slow" ? 10_000 : 600);
            await SendEventsAsync(stream, Chunk("""{"content":"Hi"}""", "\"stop\""), "[DONE]");
        });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address, "--LlmResilience:EndpointDefaults:Timeouts:FirstToken=00:00:00.300");

        using var response = await gateway.AskAsync("slow", stream: true, more: """ "fallbacks":["late"], """);

        Assert.Equal("late", response.Headers.GetValues("x-llm-endpoint").Single());
        Assert.True((await ServerEvents.ReadAsync(response)).IsDone);
    }

    [Fact]
    public async Task The_provider_need_not_be_up_at_the_start()
    {
        await using var provider = await SimulatedOpenAIServer.StartAsync();
        await provider.StopAsync();
        await using var gateway = await RunningGateway.ForProviderAsync(provider.BaseAddress);
        using var early = await gateway.AskAsync();
        Assert.Equal(HttpStatusCode.BadGateway, early.StatusCode);
        Assert.Equal(["m"], await ListAsync(gateway));
        await provider.RestartAsync();

        using var response = await gateway.AskAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["deepseek-r1-distill-qwen-7b"], await ListAsync(gateway));
    }

    [Fact]
    public async Task The_number_of_models_is_bounded_and_the_least_recently_used_is_forgotten()
    {
        await using var provider = AllButIll();
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address, "--Gateway:MaxModels=2");

        foreach (var model in (string[])["a", "b", "a", "c"])
        {
            using var response = await gateway.AskAsync(model);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        var health = await gateway.Http.GetFromJsonAsync<JsonNode>("health");
        Assert.Equal(["a", "c"], health!["endpoints"]!.AsArray().Select(endpoint => (string)endpoint!["name"]!).Order());
        using var tooLong = await gateway.AskAsync(new string('x', 300));
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
    }

    [Fact]
    public async Task Names_that_no_header_may_hold_are_escaped_in_it()
    {
        await using var provider = AllButIll();
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync("modèle");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("mod%C3%A8le", response.Headers.GetValues("x-llm-endpoint").Single());
    }

    [Fact]
    public async Task Configured_models_are_chains_of_shared_endpoints()
    {
        await using var provider = AllButIll();
        await using var gateway = await RunningGateway.StartAsync(
        [
            .. Endpoint(0, "gpu", "ill", provider), .. Endpoint(1, "hosted", "well", provider), .. Endpoint(2, "spare", "well", provider),
            "--LlmResilience:Routes:0:Model=fast:1", "--LlmResilience:Routes:0:Endpoints:0=gpu", "--LlmResilience:Routes:0:Endpoints:1=hosted",
            "--LlmResilience:Routes:1:Model=weak", "--LlmResilience:Routes:1:Endpoints=gpu",
        ]);

        Assert.Equal(("hosted", "2"), await WhoAsync("fast:1"));
        Assert.Equal(("hosted", "2"), await WhoAsync("weak", """ "fallbacks":["fast:1"], """));
        Assert.Equal(("spare", "2"), await WhoAsync("weak", """ "fallbacks":["spare","fast:1"], """));
        Assert.Equal(("spare", "1"), await WhoAsync("spare"));
        Assert.Equal(["fast:1", "weak", "gpu", "hosted", "spare"], await ListAsync(gateway));
        foreach (var (model, fallback) in new[] { ("nobody", "spare"), ("spare", "nobody") })
        {
            using var unknown = await gateway.AskAsync(model, more: $$""" "fallbacks":["{{fallback}}"], """);
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
            Assert.Equal("model_not_found", (string?)JsonNode.Parse(await unknown.Content.ReadAsStringAsync())!["error"]!["code"]);
        }

        async Task<(string, string)> WhoAsync(string model, string more = "")
        {
            using var response = await gateway.AskAsync(model, more: more);
            return (response.Headers.GetValues("x-llm-endpoint").Single(), response.Headers.GetValues("x-llm-attempts").Single());
        }
    }

    [Fact]
    public async Task Without_configured_models_every_name_is_served_by_all_endpoints()
    {
        await using var provider = AllButIll();
        await using var gateway = await RunningGateway.StartAsync([.. Endpoint(0, "gpu", "ill", provider), .. Endpoint(1, "hosted", "well", provider)]);

        using var response = await gateway.AskAsync("gpt-whatever");

        Assert.Equal("hosted", response.Headers.GetValues("x-llm-endpoint").Single());
        Assert.Equal("well", (string?)provider.Requests.Last()["model"]);
    }

    [Theory]
    [InlineData("--provider BASEURL")]
    [InlineData("not both", "--provider", "http://x/v1", "--LlmResilience:Endpoints:0:Name=a")]
    [InlineData("not both", "--provider", "http://x/v1", "--LlmResilience:Routes:0:Model=a")]
    [InlineData("--provider must be", "--provider", "localhost")]
    [InlineData("MaxModels", "--provider", "http://x/v1", "--Gateway:MaxModels=0")]
    [InlineData("MaxAttempts", "--provider", "http://x/v1", "--LlmResilience:MaxAttempts=0")]
    public void What_is_wrong_with_the_settings_is_told_at_the_start(string expected, params string[] args)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => GatewayApp.Create(args));

        Assert.Contains(wrong.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
    }

    private static ScriptedProvider AllButIll() => new((request, stream) => ((string?)request["model"])!.StartsWith("ill", StringComparison.Ordinal)
        ? SendJsonAsync(stream, """{"error":{"message":"Ill."}}""", 500)
        : (bool?)request["stream"] == true
            ? SendEventsAsync(stream, Chunk("""{"content":"Hi"}""", "\"stop\""), "[DONE]")
            : SendJsonAsync(stream, """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""));

    private static IEnumerable<string> Endpoint(int index, string name, string model, ScriptedProvider provider)
        => RunningGateway.Endpoint(index, name, provider.Address, model);

    private static async Task<IEnumerable<string>> ListAsync(RunningGateway gateway)
        => (await gateway.Http.GetFromJsonAsync<JsonNode>("v1/models"))!["data"]!.AsArray().Select(model => (string)model!["id"]!);
}
