using System.Text.RegularExpressions;
using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Routing;

/// <summary>Which route a request takes, and what the routes share.</summary>
public sealed class RouteTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_route_whose_conditions_hold_serves_the_request_in_its_own_order(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Answer("a")), endpoint => endpoint.Priority = 0)
            .Endpoint("b", new FakeChatClient(Script.Throw(new IOException())), endpoint => endpoint.Priority = 2)
            .Endpoint("c", new FakeChatClient(Script.Answer("c")), endpoint => endpoint.Priority = 1)
            .Compose(llm => llm
                .AddRoute("gpt", route => route.ForModel("gpt-*").To("B").To("C").To("a"))
                .AddRoute("rest", route => route.To("a")));

        Assert.Equal(new AnsweringEndpoint("c", 2), (await chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "GPT-5" })).GetLlmEndpoint());
        Assert.Equal(new AnsweringEndpoint("a", 1), (await chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "claude" })).GetLlmEndpoint());
        Assert.Equal(new AnsweringEndpoint("a", 1), (await chain.Client.AskAsync(streaming)).GetLlmEndpoint());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Routes_share_the_health_of_their_endpoints(bool streaming)
    {
        var ill = new FakeChatClient(Script.Throw(new IOException()));
        using var chain = new TestChain()
            .Endpoint("a", ill, endpoint => endpoint.Ejection.ConsecutiveFailureThreshold = 1)
            .Endpoint("b", Script.Answer("b"))
            .Compose(llm => llm.AddRoute("one", route => route.ForModel("one").To("a").To("b")).AddRoute("two", route => route.To("a").To("b")));

        await chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "one" });

        Assert.Equal(new AnsweringEndpoint("b", 1), (await chain.Client.AskAsync(streaming)).GetLlmEndpoint());
        Assert.Equal(1, ill.Calls);
        Assert.Equal(2, chain.Endpoints.GetSnapshots().Count);
    }

    [Fact]
    public async Task One_request_of_all_routes_has_the_only_place()
    {
        var gate = new TaskCompletionSource();
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(new Script().Then((_, _) => gate.Task).Text("a").Finish()))
            .Compose(llm => llm.AddRoute("one", route => route.ForModel("one").To("a")).AddRoute("two", route => route.To("a")));
        chain.Endpoints.Eject("a");

        var first = chain.Client.AskAsync(streaming: true, options: new ChatOptions { ModelId = "one" });

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: true));
        gate.SetResult();
        Assert.Equal("a", (await first).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_route_does_otherwise_what_it_names_and_the_rest_as_the_chain(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(new IOException())).Endpoint("b", Script.Throw(new IOException())).Endpoint("c", Script.Throw(new IOException()))
            .With(options => options.MaxAttempts = 2)
            .Compose(llm => llm
                .AddRoute("once", route => route.ForModel("once").To("a").To("b").To("c").Configure(options => options.MaxAttempts = 1))
                .AddRoute("rest", route => route.To("a").To("b").To("c")));

        Assert.Single((await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "once" }))).Attempts);
        Assert.Equal(2, (await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming))).Attempts.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_route_may_balance_in_a_way_of_its_own(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b")).Endpoint("c", Script.Answer("c"))
            .With(options => options.UseLoadBalancer(new At(2)))
            .Compose(llm => llm
                .AddRoute("second", route => route.ForModel("second").To("a", "b", "c").Configure(options => options.UseLoadBalancer(new At(1))))
                .AddRoute("ordered", route => route.ForModel("ordered").To("a", "b", "c").Configure(options => options.LoadBalancing = LoadBalancingPolicy.Ordered))
                .AddRoute("as the chain", route => route.To("a", "b", "c")));

        Assert.Equal("b", (await chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "second" })).Text);
        Assert.Equal("a", (await chain.Client.AskAsync(streaming, options: new ChatOptions { ModelId = "ordered" })).Text);
        Assert.Equal("c", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Throws<ArgumentNullException>("loadBalancer", () => new RouteOverrides().UseLoadBalancer(null!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_routes_own_timeout_holds_unless_the_request_has_one(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang())
            .Compose(llm => llm.AddRoute("fast", route => route.To("a").Configure(options => options.RequestTimeout = TimeSpan.FromSeconds(2))));

        var routes = chain.Client.AskAsync(streaming);
        var own = chain.Client.AskAsync(streaming, options: new ChatOptions().SetRequestTimeout(TimeSpan.FromSeconds(5)));
        chain.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), (await Assert.ThrowsAsync<RequestTimeoutException>(() => routes)).Timeout);
        Assert.False(own.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(5), (await Assert.ThrowsAsync<RequestTimeoutException>(() => own)).Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_no_route_takes_fails_with_all_their_names_and_nobody_is_asked(bool streaming)
    {
        var failures = new List<RequestFailedContext>();
        var client = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain().Endpoint("a", client)
            .Compose(llm => llm.AddRoute("gpt", route => route.ForModel("gpt-*").To("a")).AddRoute("acme", route => route.ForConsumer("acme").To("a")));
        chain.Events.OnRequestFailed = failures.Add;

        var failed = await Assert.ThrowsAsync<NoRouteException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions().SetConsumer("person@example.org")));

        Assert.Equal("No route takes the request; there are 'gpt', 'acme'. It was sent to nobody.", failed.Message);
        Assert.Equal((null, 2), (failed.RouteName, failed.RouteNames.Count));
        Assert.Same(failed, Assert.Single(failures).Exception);
        Assert.Equal(0, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Allowed_endpoints_leave_out_the_others_and_keep_the_order(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b")).Endpoint("c", Script.Answer("c"));

        Assert.Equal("b", (await chain.Client.AskAsync(streaming, options: new ChatOptions().SetAllowedEndpoints("c", "nobody", "B"))).Text);
        var failed = await Assert.ThrowsAsync<NoRouteException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions().SetAllowedEndpoints("nobody")));
        Assert.Equal("The chain has none of the endpoints that the request allows. It was sent to nobody.", failed.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_predicate_decides_last_and_what_it_throws_ends_its_own_request(bool streaming)
    {
        var asked = new List<string?>();
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b"))
            .Compose(llm => llm
                .AddRoute("long", route => route.ForModel("gpt").When(request => Ask(request)).To("a"))
                .AddRoute("rest", route => route.To("b")));

        Assert.Equal("a", (await chain.Client.AskAsync(streaming, prompt: "long", options: new ChatOptions { ModelId = "gpt" })).Text);
        Assert.Equal("b", (await chain.Client.AskAsync(streaming, prompt: "short", options: new ChatOptions { ModelId = "gpt" })).Text);
        Assert.Equal("b", (await chain.Client.AskAsync(streaming, prompt: "long", options: new ChatOptions { ModelId = "claude" })).Text);
        await Assert.ThrowsAsync<FormatException>(() => chain.Client.AskAsync(streaming, prompt: "bad", options: new ChatOptions { ModelId = "gpt" }));
        Assert.Equal(["long", "short", "bad"], asked);

        bool Ask(in LlmRequest request)
        {
            asked.Add(request.Messages[0].Text);
            return asked[^1] switch { "bad" => throw new FormatException(), var text => text == "long" };
        }
    }

    [Fact]
    public async Task Several_predicates_must_all_hold()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b"))
            .Compose(llm => llm
                .AddRoute("both", route => route.When(request => request.Messages[0].Text.Contains('x')).When(request => request.Messages[0].Text.Contains('y')).To("a"))
                .AddRoute("rest", route => route.To("b")));

        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true, prompt: "xy")).Text);
        Assert.Equal("b", (await chain.Client.AskAsync(streaming: true, prompt: "x")).Text);
        Assert.Equal("b", (await chain.Client.AskAsync(streaming: true, prompt: "y")).Text);
    }

    /// <summary>Fifty routes made by chance, and what is said of them by one that knows no shortcut.</summary>
    [Fact]
    public async Task Among_fifty_routes_the_first_that_holds_is_taken()
    {
        const int Routes = 50;
        var chance = new Random(7);
        string[] letters = ["a", "B", "-", ".", "é", "É", "*", "*"];
        var rules = Enumerable.Range(0, Routes)
            .Select(_ => (Model: Draw(letters, 5), Consumer: chance.Next(3) == 0 ? Draw(["x", "X", "y"], 1) : null, Region: chance.Next(3) == 0 ? Draw(["e", "E", "u"], 1) : null))
            .ToArray();
        using var chain = new TestChain();
        for (var i = 0; i < Routes; i++)
        {
            var name = $"{i}";
            var rule = rules[i];
            chain.Endpoint(name, Script.Answer(name)).Compose(llm => llm.AddRoute(name, route =>
            {
                route.ForModel(rule.Model).To(name);
                _ = rule.Consumer is null ? route : route.ForConsumer(rule.Consumer);
                _ = rule.Region is null ? route : route.ForRegion(rule.Region);
            }));
        }

        var taken = new HashSet<int>();
        for (var i = 0; i < 1000; i++)
        {
            var (model, consumer, region) = (chance.Next(10) == 0 ? null : Draw(["a", "A", "b", "-", ".", "É", "é"], 6), Draw(["x", "X", "y"], 1), Draw(["e", "u", "U"], 1));
            var expected = Array.FindIndex(rules, rule => Holds(rule.Model, model)
                && (rule.Consumer is null || rule.Consumer == consumer)
                && (rule.Region is null || rule.Region.Equals(region, StringComparison.OrdinalIgnoreCase)));
            var asking = chain.Client.AskAsync(streaming: false, options: new ChatOptions { ModelId = model }.SetConsumer(consumer).SetRegion(region));
            if (expected < 0)
            {
                await Assert.ThrowsAsync<NoRouteException>(() => asking);
            }
            else
            {
                Assert.Equal($"{expected}", (await asking).Text);
            }

            taken.Add(expected);
        }

        Assert.True(taken.Count > 10, "Chance made too few of the routes match.");

        string Draw(string[] from, int most) => string.Concat(Enumerable.Range(0, chance.Next(1, most + 1)).Select(_ => from[chance.Next(from.Length)]));

        static bool Holds(string pattern, string? model) => model is null
            ? pattern == "*"
            : Regex.IsMatch(model, $"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Mistakes_in_code_are_told_with_the_routes_name_and_the_value()
    {
        var failures = await StartUp.FailuresAsync(llm => llm
            .AddEndpoint("a", new FakeChatClient(Script.Answer("a")))
            .AddEndpoint("b", new FakeChatClient(Script.Answer("b")))
            .AddRoute("all", route => route.To("a"))
            .AddRoute("model", route => route.ForModel().To("a"))
            .AddRoute("consumer", route => route.ForConsumer("x", " ").To("a"))
            .AddRoute("region", route => route.ForRegion("").To("a"))
            .AddRoute("ALL", route => route.ForModel("x").To())
            .AddRoute("unknown", route => route.ForModel("x").To("a", "nobody").To("A"))
            .AddRoute("options", route => route.ForModel("x").To("a").Configure(options =>
            {
                options.MaxAttempts = 0;
                options.RequestTimeout = TimeSpan.Zero;
                options.AllUnavailableBehavior = (AllUnavailableBehavior)9;
                options.LoadBalancing = (LoadBalancingPolicy)9;
            })));

        Assert.Equal(
            [
                "Routes['all'] ('all') has no condition and is not the last route; no request would ever get to those after it.",
                "Routes['model']:Model is empty; it must be a model, or a pattern such as 'gpt-*', or absent.",
                "Routes['consumer']:Consumer is ' '; it must be a consumer, or absent.",
                "Routes['region']:Region is ''; it must be a region, or absent.",
                "Routes['ALL']:Name is 'ALL', which another route has already.",
                "Routes['ALL']:Endpoints is empty; it must be at least one endpoint's name, or a list of lists with one each.",
                "Routes['unknown']:Endpoints is 'nobody'; it must be an endpoint of the chain ('a', 'b').",
                "Routes['unknown']:Endpoints is 'A' twice; it must be each endpoint once.",
                "Routes['options']:Options:MaxAttempts is 0; it must be at least 1.",
                "Routes['options']:Options:RequestTimeout is 00:00:00; it must be above zero and at most 1.00:00:00, or -00:00:00.0010000 for none.",
                "Routes['options']:Options:AllUnavailableBehavior is 9; it must be one of OneAtATime, Wait, FailFast, IgnoreEjection.",
                "Routes['options']:Options:LoadBalancing is 9; it must be one of Ordered, RoundRobin, LeastActive, LowestLatency, Affinity.",
            ],
            failures);
    }

    [Fact]
    public void Null_and_a_blank_name_are_refused()
    {
        var llm = new LlmResilienceBuilder().AddEndpoint("a", new FakeChatClient(Script.Answer("a")));
        Assert.Throws<ArgumentException>("name", () => llm.AddRoute(" ", route => route.To("a")));
        Assert.Throws<ArgumentNullException>("configure", () => llm.AddRoute("x", null!));
        llm.AddRoute("x", route =>
        {
            Assert.Throws<ArgumentNullException>("patterns", () => route.ForModel(null!));
            Assert.Throws<ArgumentNullException>("consumers", () => route.ForConsumer(null!));
            Assert.Throws<ArgumentNullException>("regions", () => route.ForRegion(null!));
            Assert.Throws<ArgumentNullException>("predicate", () => route.When(null!));
            Assert.Throws<ArgumentNullException>("endpoints", () => route.To(null!));
            Assert.Throws<ArgumentNullException>("configure", () => route.Configure(null!));
            route.To("a");
        });
        llm.Build().Dispose();
    }

    private sealed class At(int index) : ILoadBalancer
    {
        public int Choose(LoadBalancingContext context) => index;
    }
}
