using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests;

/// <summary>What docs/balancing.md shows does what it says.</summary>
public sealed class BalancingTests
{
    [Fact]
    public async Task The_cheapest_one_is_asked_first()
    {
        var prices = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["dear"] = 3, ["cheap"] = 1, ["middling"] = 2 };
        using var client = new LlmResilienceBuilder()
            .Configure(options => options.UseLoadBalancer(new Cheapest(prices)))
            .AddEndpoint("dear", new FakeChatClient(Script.Answer("dear")))
            .AddEndpoint("cheap", new FakeChatClient(Script.Answer("cheap")))
            .AddEndpoint("middling", new FakeChatClient(Script.Answer("middling")))
            .Build();

        Assert.Equal("cheap", (await client.GetResponseAsync("hi")).Text);
    }
}
