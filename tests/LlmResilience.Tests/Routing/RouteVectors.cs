using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmResilience.Chains;
using LlmResilience.Requests;
using LlmResilience.Tests.Configuration;
using LlmResilience.Tests.Health;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests.Routing;

/// <summary>The conformance vectors of routes, one test each. <c>LLMRESILIENCE_VECTORS</c> names another folder of them.</summary>
/// <remarks>The rules come from a configuration, as an app would have them. Every endpoint fails, so that a request goes down its whole chain.</remarks>
public sealed partial class RouteVectors
{
    private static readonly Dictionary<string, (JsonObject Vector, JsonObject Defaults)> All
        = VectorFile.ReadKind("route_vectors").ToDictionary(found => found.Name, found => (found.Vector, found.Defaults), StringComparer.Ordinal);

    public static TheoryData<string> Names { get; } = [.. All.Keys];

    [Fact]
    public void There_are_vectors() => Assert.True(VectorFile.IsForeign || Names.Count > 0);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Vector_holds(string name)
    {
        var (vector, defaults) = All[name];
        var clients = new Dictionary<string, FakeChatClient>(StringComparer.Ordinal);
        using var chain = Build(vector, defaults, clients);
        var expected = vector["expect"]!.AsObject();
        if (expected["config_error"] is JsonArray rules)
        {
            AssertRefused(chain, [.. rules.Select(rule => (int)rule!)]);
            return;
        }

        var options = OptionsOf(vector["request"]!.AsObject());
        if ((string?)expected["error"] is { } error)
        {
            await AssertErrorAsync(chain, options, error, expected);
            Assert.All(clients.Values, client => Assert.Equal(0, client.Calls));
            return;
        }

        var chosen = Choose(chain, options);
        Assert.Equal(expected["rule"]?.ToString(), chosen.RouteName);
        var tiers = expected["tiers"]!.AsArray().Select(tier => tier!.AsArray().Select(endpoint => (string)endpoint!).ToArray()).ToArray();
        Assert.Equal(tiers, TiersOf(chosen));
        foreach (var (option, value) in expected["options"]?.AsObject() ?? [])
        {
            AssertOption(chosen.Settings, option, value!);
        }

        await AssertAskedAsync(chain, clients, options, tiers, expected["models"]?.AsObject() ?? []);
    }

    private static TestChain Build(JsonObject vector, JsonObject defaults, Dictionary<string, FakeChatClient> clients)
    {
        var chain = new TestChain().With(options => options.EndpointDefaults.Ejection.Enabled = false);
        foreach (var endpoint in Given("endpoints")!.AsArray())
        {
            var name = (string)endpoint!["name"]!;
            clients[name] = new FakeChatClient(Script.Throw(new IOException()));
            chain.Endpoint(name, clients[name], options =>
            {
                options.Priority = (int?)endpoint["priority"] ?? 0;
                options.Region = (string?)endpoint["region"];
                options.ModelId = (string?)endpoint["model"];
            });
        }

        var settings = WithTimes(Given("chain") ?? new JsonObject());
        settings["Routes"] = new JsonArray([.. (Given("rules") ?? new JsonArray()).AsArray().Select(Route)]);
        return chain.Compose(llm => llm.Bind(Settings.FromJson(settings.ToJsonString())));

        JsonNode? Given(string part) => vector[part] ?? defaults[part];
    }

    private static JsonNode Route(JsonNode? rule)
    {
        var route = rule!.DeepClone().AsObject();
        if (route["options"] is { } overrides)
        {
            route["options"] = WithTimes(overrides);
        }

        return route;
    }

    // The vectors' milliseconds, as the configuration writes times.
    private static JsonObject WithTimes(JsonNode options)
    {
        var settings = options.DeepClone().AsObject();
        if (settings["requestTimeout"] is { } timeout)
        {
            settings["requestTimeout"] = TimeSpan.FromMilliseconds((double)timeout).ToString();
        }

        return settings;
    }

    private static ChatOptions OptionsOf(JsonObject request)
        => new ChatOptions { ModelId = (string?)request["model"] }
            .SetConsumer((string?)request["consumer"])
            .SetRegion((string?)request["region"])
            .SetAllowedEndpoints(request["allowed"]?.AsArray().Select(name => (string)name!));

    private static void AssertRefused(TestChain chain, int[] rules)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => chain.Client);

        Assert.Equal(
            rules.Order(),
            exception.Failures.Select(failure => int.Parse(RuleNumber().Match(failure).Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order());
    }

    private static async Task AssertErrorAsync(TestChain chain, ChatOptions options, string error, JsonObject expected)
    {
        foreach (var streaming in new[] { true, false })
        {
            var exception = await Assert.ThrowsAsync<NoRouteException>(() => chain.Client.AskAsync(streaming, options: options));
            if (error == "none_allowed")
            {
                Assert.Equal(expected["rule"]?.ToString(), exception.RouteName);
                Assert.Contains(exception.RouteName ?? "", exception.Message, StringComparison.Ordinal);
                continue;
            }

            Assert.Equal("no_route", error);
            Assert.Null(exception.RouteName);
            Assert.Equal(expected["rules"]!.AsArray().Select(rule => rule!.ToString()), exception.RouteNames);
            Assert.All(exception.RouteNames, route => Assert.Contains($"'{route}'", exception.Message, StringComparison.Ordinal));
        }
    }

    private static Chain Choose(TestChain chain, ChatOptions options)
    {
        Assert.True(chain.Client.Router.TryChoose(RequestInput.Of([new ChatMessage(ChatRole.User, "hi")], options), out var chosen, out _));
        return chosen.Chain;
    }

    private static string[][] TiersOf(Chain chain)
        => [.. chain.Groups
            .Select(group => group.All.Select(endpoint => endpoint.Name).ToArray())
            .Chunk(chain.IsRegional ? 2 : 1)
            .Select(parts => parts.SelectMany(part => part).ToArray())];

    private static void AssertOption(ChainSettings settings, string option, JsonNode value)
    {
        object actual = option switch
        {
            "maxAttempts" => settings.MaxAttempts,
            "requestTimeout" => TimeSpan.FromTicks(settings.RequestTimeout).TotalMilliseconds,
            "allUnavailableBehavior" => settings.AllUnavailableBehavior,
            "loadBalancing" => settings.Options.LoadBalancing,
            _ => throw new NotSupportedException($"No route can override {option}."),
        };
        Assert.Equal(value.ToString(), actual.ToString());
    }

    private static async Task AssertAskedAsync(
        TestChain chain, Dictionary<string, FakeChatClient> clients, ChatOptions options, string[][] tiers, JsonObject models)
    {
        var chosen = Choose(chain, options);
        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false, options: options));

        var asked = failed.Attempts.Select(attempt => attempt.EndpointName).ToArray();
        Assert.Equal(Math.Min(tiers.Sum(tier => tier.Length), chosen.Settings.MaxAttempts), asked.Length);
        if (chosen.IsInOrder || chosen.Settings.Options.LoadBalancing == LoadBalancingPolicy.Ordered)
        {
            Assert.Equal(tiers.SelectMany(tier => tier).Take(asked.Length), asked);
        }

        Assert.All(models, model => Assert.Equal((string?)model.Value, Assert.Single(clients[model.Key].Received).Options?.ModelId));
    }

    [GeneratedRegex(@"^LlmResilience:Routes:(?<number>\d+)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuleNumber();
}
