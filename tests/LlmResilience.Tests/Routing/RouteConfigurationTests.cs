using LlmResilience.Chains;
using LlmResilience.Requests;
using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.Routing;

/// <summary>Routes of the configuration: every form that may be written, and what is told of those that may not.</summary>
public sealed class RouteConfigurationTests
{
    private const string Endpoints = """
        "Endpoints": [
          { "Name": "a", "Provider": "Test", "ApiKey": "sk-secret" },
          { "Name": "b", "Provider": "Test", "ApiKey": "sk-secret" },
          { "Name": "c", "Provider": "Test", "ApiKey": "sk-secret" } ]
        """;

    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("[ \"b\" ]", "b")]
    [InlineData("[ \"c\", \"a\" ]", "c a")]
    [InlineData("[ \"b\", [ \"c\", \"a\" ] ]", "b c+a")]
    [InlineData("[ [ \"b\", \"c\" ], \"a\" ]", "b+c a")]
    [InlineData("[ [ \"B\" ] ]", "b")]
    public void Endpoints_are_a_text_or_a_list_and_a_list_inside_is_one_tier(string endpoints, string tiers)
        => Assert.Equal(tiers, TiersOf($$"""{ "Endpoints": {{endpoints}} }""", new ChatOptions()));

    [Theory]
    [InlineData("\"Model\": \"gpt-*\"")]
    [InlineData("\"Model\": [ \"gpt-*\" ]")]
    [InlineData("\"Model\": [ \"claude\", \"gpt-4\" ]")]
    [InlineData("\"Consumer\": \"acme\"")]
    [InlineData("\"Consumer\": [ \"globex\", \"acme\" ]")]
    [InlineData("\"Consumer\": [ \"1\", \"2\", \"3\", \"4\", \"5\", \"acme\" ]")]
    [InlineData("\"Region\": \"EU\"")]
    [InlineData("\"Region\": [ \"us\", \"eu\" ]")]
    [InlineData("\"model\": \"gpt-4\", \"CONSUMER\": \"acme\", \"region\": \"eu\"")]
    public void A_condition_is_a_text_or_a_list_of_which_one_is_enough(string condition)
    {
        var route = $$"""{ {{condition}}, "Endpoints": "a" }, { "Endpoints": "b" }""";

        Assert.Equal("a", TiersOf(route, new ChatOptions { ModelId = "gpt-4" }.SetConsumer("acme").SetRegion("eu")));
        Assert.Equal("b", TiersOf(route, new ChatOptions { ModelId = "llama" }.SetConsumer("ACME").SetRegion("ap")));
    }

    [Fact]
    public void Every_override_can_be_set_and_what_is_not_named_is_the_chains()
    {
        using var client = Build("""
            { "Model": "x", "Endpoints": "a", "Options": { "MaxAttempts": 8, "RequestTimeout": "00:00:07", "AllUnavailableBehavior": "FailFast", "LoadBalancing": "LeastActive" } },
            { "Endpoints": "a", "Options": { "MaxAttempts": null } }
            """);

        var own = Choose(client, new ChatOptions { ModelId = "x" }).Settings;
        Assert.Equal(
            (8, TimeSpan.FromSeconds(7).Ticks, AllUnavailableBehavior.FailFast, LoadBalancingPolicy.LeastActive),
            (own.MaxAttempts, own.RequestTimeout, own.AllUnavailableBehavior, own.Options.LoadBalancing));
        var chains = Choose(client, new ChatOptions()).Settings;
        Assert.Equal((6, 0L, AllUnavailableBehavior.OneAtATime, LoadBalancingPolicy.Ordered), (chains.MaxAttempts, chains.RequestTimeout, chains.AllUnavailableBehavior, chains.Options.LoadBalancing));
    }

    /// <summary>Whatever can be overridden one day, can be in the configuration.</summary>
    [Fact]
    public void Every_override_is_absent_unless_it_is_given()
        => Assert.All(OptionsWalk.Values(new RouteOverrides()), option => Assert.Null(option.Value));

    [Theory]
    [InlineData("{ \"Model\": \"\", \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Model is empty; it must be a model, or a pattern such as 'gpt-*', or absent.")]
    [InlineData("{ \"Model\": [], \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Model is empty; it must be a model, or a pattern such as 'gpt-*', or absent.")]
    [InlineData("{ \"Model\": null, \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Model is empty; it must be a model, or a pattern such as 'gpt-*', or absent.")]
    [InlineData("{ \"Consumer\": [ \"x\", \"\" ], \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Consumer is ''; it must be a consumer, or absent.")]
    [InlineData("{ \"Region\": \"\", \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Region is empty; it must be a region, or absent.")]
    [InlineData("{ \"Model\": { \"Name\": \"x\" }, \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Model is a text or a list, so 'Name' does not belong inside it.")]
    [InlineData("{ \"Model\": [ [ \"x\" ] ], \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Model:0 is a single value, so '0' does not belong inside it.")]
    [InlineData("{ \"Model\": \"x\" }", "LlmResilience:Routes:0:Endpoints is empty; it must be at least one endpoint's name, or a list of lists with one each.")]
    [InlineData("{ \"Endpoints\": [] }", "LlmResilience:Routes:0:Endpoints is empty; it must be at least one endpoint's name, or a list of lists with one each.")]
    [InlineData("{ \"Endpoints\": [ \"a\", [] ] }", "LlmResilience:Routes:0:Endpoints is empty; it must be at least one endpoint's name, or a list of lists with one each.")]
    [InlineData("{ \"Endpoints\": [ \"a\", [ [ \"b\" ] ] ] }", "LlmResilience:Routes:0:Endpoints:1:0 is a single value, so '0' does not belong inside it.")]
    [InlineData("{ \"Endpoints\": { \"First\": \"a\" } }", "LlmResilience:Routes:0:Endpoints is a text or a list, so 'First' does not belong inside it.")]
    [InlineData("{ \"Endpoints\": [ \"a\", \"d\" ] }", "LlmResilience:Routes:0:Endpoints is 'd'; it must be an endpoint of the chain ('a', 'b', 'c').")]
    [InlineData("{ \"Endpoints\": [ \"a\", [ \"b\", \"A\" ] ] }", "LlmResilience:Routes:0:Endpoints is 'A' twice; it must be each endpoint once.")]
    [InlineData("{ \"Endpoint\": \"a\", \"Endpoints\": \"a\" }", "LlmResilience:Routes:0:Endpoint is not a setting that anything reads; check its spelling.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Options\": { \"MaxAttempt\": 1 } }", "LlmResilience:Routes:0:Options:MaxAttempt is not a setting that anything reads; check its spelling.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Options\": { \"MaxAttempts\": \"many\" } }", "LlmResilience:Routes:0:Options:MaxAttempts is 'many', which is not a value of its type.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Options\": { \"MaxAttempts\": 0 } }", "LlmResilience:Routes:0:Options:MaxAttempts is 0; it must be at least 1.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Options\": { \"LoadBalancing\": \"Fair\" } }", "LlmResilience:Routes:0:Options:LoadBalancing is 'Fair', which is not a value of its type.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Options\": { \"RequestTimeout\": 30 } }", "LlmResilience:Routes:0:Options:RequestTimeout is '30', a number where a time belongs: write hours, minutes and seconds, such as '00:00:30'.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Options\": \"fast\" }", "LlmResilience:Routes:0:Options is 'fast', but it is a group of settings.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Name\": \"\" }", "LlmResilience:Routes:0:Name is ''; it must be a route's name, or absent.")]
    [InlineData("{ \"Endpoints\": \"a\", \"Name\": [ \"x\" ] }", "LlmResilience:Routes:0:Name is a single value, so '0' does not belong inside it.")]
    [InlineData("\"gpt\"", "LlmResilience:Routes:0 is 'gpt', but it is a group of settings.")]
    [InlineData("{ \"Endpoints\": \"a\" }, { \"Model\": \"x\", \"Endpoints\": \"b\" }", "LlmResilience:Routes:0 has no condition and is not the last route; no request would ever get to those after it.")]
    [InlineData("{ \"Name\": \"x\", \"Model\": \"x\", \"Endpoints\": \"a\" }, { \"Name\": \"X\", \"Endpoints\": \"b\" }", "LlmResilience:Routes:1:Name is 'X', which another route has already.")]
    public async Task What_is_not_meant_so_is_told_with_its_path(string routes, string failure)
        => Assert.Equal(failure, await StartUp.FailureAsync(Section(routes)));

    [Theory]
    [InlineData("\"gpt\"", "LlmResilience:Routes is 'gpt', but it is a list of routes.")]
    [InlineData("{ \"gpt\": { \"Endpoints\": \"a\" } }", "LlmResilience:Routes is a list of routes, so 'gpt' does not belong inside it.")]
    public async Task Routes_are_a_list(string routes, string failure)
        => Assert.Equal(failure, await StartUp.FailureAsync(Settings.FromJson($$"""{ {{Endpoints}}, "Routes": {{routes}} }""")));

    [Fact]
    public async Task A_text_in_one_source_and_a_list_in_another_are_not_mixed()
        => Assert.Equal(
            "LlmResilience:Routes:0:Model is 'gpt-*' and a list at once.",
            await StartUp.FailureAsync(Settings.With(("Routes:0:Model", "gpt-*"), ("Routes:0:Model:0", "claude-*"), ("Routes:0:Endpoints", "a"))));

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void No_routes_are_as_none(string routes)
    {
        using var client = new LlmResilienceBuilder().Bind(Settings.FromJson($$"""{ {{Endpoints}}, "Routes": {{routes}} }""")).AddProvider(new TestProvider()).Build();

        Assert.Null(Choose(client, new ChatOptions()).RouteName);
    }

    [Fact]
    public void A_route_without_a_name_is_known_by_its_number_among_all()
    {
        using var client = new LlmResilienceBuilder()
            .AddRoute("first", route => route.ForModel("x").To("c"))
            .Bind(Section("""{ "Model": "y", "Endpoints": "a" }, { "Endpoints": "b" }"""))
            .AddProvider(new TestProvider())
            .Build();

        Assert.Equal("first", Choose(client, new ChatOptions { ModelId = "x" }).RouteName);
        Assert.Equal("1", Choose(client, new ChatOptions { ModelId = "y" }).RouteName);
        Assert.Equal("2", Choose(client, new ChatOptions()).RouteName);
    }

    [Fact]
    public void Routes_of_code_and_configuration_come_in_the_order_in_which_the_app_adds_them()
    {
        using var client = new LlmResilienceBuilder()
            .AddRoute("before", route => route.ForModel("x").To("a"))
            .Bind(Section("""{ "Name": "bound", "Model": [ "x", "y" ], "Endpoints": "b" }"""))
            .AddRoute("after", route => route.ForModel("*").To("c"))
            .AddProvider(new TestProvider())
            .Build();

        Assert.Equal("before", Choose(client, new ChatOptions { ModelId = "x" }).RouteName);
        Assert.Equal("bound", Choose(client, new ChatOptions { ModelId = "y" }).RouteName);
        Assert.Equal("after", Choose(client, new ChatOptions { ModelId = "z" }).RouteName);
    }

    [Fact]
    public void Routes_are_in_the_order_of_the_list_beyond_the_tenth()
    {
        using var client = Build(string.Join(',', Enumerable.Range(0, 25).Select(index => $$"""{ "Name": "r{{index}}", "Model": "m-{{index}}*", "Endpoints": "a" }""")));

        Assert.Equal("r1", Choose(client, new ChatOptions { ModelId = "m-12" }).RouteName);
        Assert.Equal("r9", Choose(client, new ChatOptions { ModelId = "m-9" }).RouteName);
        Assert.Equal(Enumerable.Range(0, 25).Select(index => $"r{index}"), Assert.IsType<NoRouteException>(Refuse(client)).RouteNames);
    }

    private static Exception? Refuse(ResilientChatClient client)
    {
        Assert.False(client.Router.TryChoose(RequestInput.Of([], new ChatOptions()), out _, out var failure));
        return failure;
    }

    private static string TiersOf(string routes, ChatOptions options)
    {
        using var client = Build(routes);
        return string.Join(' ', Choose(client, options).Groups.Select(group => string.Join('+', group.All.Select(endpoint => endpoint.Name))));
    }

    private static ResilientChatClient Build(string routes) => new LlmResilienceBuilder().Bind(Section(routes)).AddProvider(new TestProvider()).Build();

    private static IConfigurationSection Section(string routes) => Settings.FromJson($$"""{ {{Endpoints}}, "Routes": [ {{routes}} ] }""");

    private static Chain Choose(ResilientChatClient client, ChatOptions options)
    {
        Assert.True(client.Router.TryChoose(RequestInput.Of([], options), out var chosen, out _));
        return chosen.Chain;
    }
}
