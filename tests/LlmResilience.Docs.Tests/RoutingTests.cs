using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.OpenAI;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmResilience.Docs.Tests;

/// <summary>What docs/routes.md and docs/requests.md show does what it says.</summary>
public sealed class RoutingTests
{
    [Fact]
    public async Task Routes_in_code_serve_each_request_by_its_own()
    {
        var builder = Host.CreateApplicationBuilder();
        RoutingSnippets.Routes(builder, Named("openai"), Named("azure-us"), Named("azure-eu"));
        using var host = builder.Build();
        var client = host.Services.GetRequiredService<IChatClient>();

        Assert.Equal("openai", (await client.GetResponseAsync("hi", new ChatOptions { ModelId = "gpt-5" })).Text);
        Assert.Equal("openai", (await client.GetResponseAsync(Enumerable.Repeat(new ChatMessage(ChatRole.User, "hi"), 201))).Text);
        Assert.Equal("azure-us", (await client.GetResponseAsync("hi")).Text);
        Assert.Equal("azure-eu", (await RoutingSnippets.Request(client, [new ChatMessage(ChatRole.User, "hi")])).Text);
    }

    [Fact]
    public void The_routes_of_the_configuration_are_read_as_pasted()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "routes.md"));
        var json = document.Split("```json\n")[1].Split("```")[0];
        var section = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build().GetSection("LlmResilience");

        using var client = new LlmResilienceBuilder().Bind(section).AddOpenAI().Build();

        Assert.Equal(4, client.GetService<LlmEndpoints>()!.GetSnapshots().Count);
    }

    [Fact]
    public async Task A_route_asks_its_tiers_in_order()
    {
        var builder = new LlmResilienceBuilder()
            .AddEndpoint("azure-us", Named("azure-us")).AddEndpoint("azure-eu", Named("azure-eu")).AddEndpoint("openai", Named("openai"));
        RoutingSnippets.Route(builder);
        using var client = builder.Build();

        Assert.Equal("openai", (await client.GetResponseAsync("hi", new ChatOptions { ModelId = "gpt-5" })).Text);
    }

    [Fact]
    public async Task The_selectors_find_what_the_app_knows()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(new CurrentTenant("acme"));
        RoutingSnippets.Selectors(builder, Named("hosted"));
        using var host = builder.Build();

        Assert.Equal("hosted", (await host.Services.GetRequiredService<IChatClient>().GetResponseAsync("hi")).Text);
    }

    private static FakeChatClient Named(string name) => new(Script.Answer(name));
}
