using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmResilience.OpenAI.Tests;

public class OpenAIBuilderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_configuration_the_second_answers_for_the_first(bool streaming)
    {
        await using var first = LoopbackServer.Json("""{"error":{"code":"insufficient_quota"}}""", 429);
        await using var second = streaming
            ? LoopbackServer.Events(Wire.Chunk("""{"content":"Hello"}""", "stop"), Wire.Done)
            : LoopbackServer.Json(Wire.Completion);
        var services = new ServiceCollection();
        services.AddLlmResilience(Section(
            ("Endpoints:0:Name", "first"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:Model", "one"), ("Endpoints:0:ApiKey", "k"),
            ("Endpoints:0:Endpoint", first.Endpoint.ToString()),
            ("Endpoints:1:Name", "second"), ("Endpoints:1:Provider", "openai"), ("Endpoints:1:Model", "two"), ("Endpoints:1:ApiKey", "k"),
            ("Endpoints:1:Endpoint", second.Endpoint.ToString()))).AddOpenAI();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IChatClient>();

        var response = streaming
            ? await client.GetStreamingResponseAsync("Hi", new() { ModelId = "asked" }).ToChatResponseAsync()
            : await client.GetResponseAsync("Hi", new() { ModelId = "asked" });

        Assert.Equal("Hello", response.Text);
        Assert.Contains("\"model\":\"one\"", Assert.Single(first.Requests).Body);
        Assert.Contains("\"model\":\"two\"", Assert.Single(second.Requests).Body);
    }

    [Fact]
    public void A_missing_key_stops_the_start()
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(Section(("Endpoints:0:Name", "a"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:Model", "m"))).AddOpenAI();
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IChatClient>());

        Assert.Contains("Llm:Endpoints:0:ApiKey is missing", Assert.Single(exception.Failures));
    }

    [Fact]
    public async Task From_code_without_services()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        EndpointOptions? seen = null;
        using var client = new LlmResilienceBuilder()
            .AddOpenAIEndpoint("a", o => (o.Endpoint, o.ApiKey, o.Model) = (server.Endpoint, "k", "m"), e => seen = e)
            .Build();

        Assert.Equal("Hello", (await client.GetResponseAsync("Hi")).Text);
        Assert.Equal("m", seen!.ModelId);
        Assert.Equal("m", client.GetService<ChatClientMetadata>()!.DefaultModelId);
    }

    [Fact]
    public void From_code_what_is_wrong_is_said_at_once()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new LlmResilienceBuilder().AddOpenAIEndpoint("a", _ => { }));
        Assert.Equal(2, exception.Failures.Count());
        Assert.All(exception.Failures, f => Assert.StartsWith("Endpoints['a']:", f));
    }

    [Fact]
    public async Task A_client_of_the_apps_own_can_have_its_failures_understood()
    {
        await using var server = LoopbackServer.Json("""{"error":{"code":"content_filter"}}""", 400);
        using var own = server.CreateClient();
        using var client = new LlmResilienceBuilder().AddEndpoint("a", own, e => e.AddOpenAIFailures()).Build();

        // The original exception, unwrapped, is what a request gets that is at fault itself.
        await Assert.ThrowsAsync<System.ClientModel.ClientResultException>(() => client.GetResponseAsync("Hi"));

        Assert.Single(server.Requests);
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] settings)
        => new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Llm:" + s.Key, (string?)s.Value))).Build().GetSection("Llm");
}
