using Microsoft.Extensions.AI;

namespace LlmResilience.Tests;

/// <summary>Chains of other orders over the same endpoints, with one health.</summary>
public sealed class ResilientChatClientExtensionsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_endpoints_are_those_named_in_the_order_given(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Answer("from a"))
            .Endpoint("b", Script.Answer("from b"))
            .Endpoint("c", Script.Throw(new IOException()));

        var response = await chain.Client.WithEndpoints(["c", "B", "nobody", "a"]).AskAsync(streaming);

        Assert.Equal("from b", response.Text);
    }

    [Fact]
    public async Task Another_clients_endpoints_follow_and_their_health_is_one()
    {
        using var first = new TestChain().Endpoint("a", Script.Throw(new IOException()));
        Assert.NotNull(first.Client);
        first.Clock.Advance(TimeSpan.FromMinutes(1));
        using var second = new LlmResilienceBuilder { TimeProvider = first.Clock }
            .AddEndpoint("b", new FakeChatClient(Script.Answer("from b")))
            .Build();

        var both = first.Client.FollowedBy(second);
        Assert.Equal(2, (await both.AskAsync(streaming: true)).GetLlmEndpoint()!.AttemptCount);
        Assert.Equal("from b", (await second.FollowedBy(first.Client).AskAsync(streaming: true)).Text);

        // Failed four times more at its own client, it is ejected there and here.
        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<AllEndpointsFailedException>(() => first.Client.AskAsync(streaming: true));
        }

        Assert.Equal(EndpointState.Ejected, first["a"].State);
        Assert.Equal(new AnsweringEndpoint("b", 1), (await both.AskAsync(streaming: true)).GetLlmEndpoint());
    }

    [Fact]
    public void Clients_on_different_clocks_share_nothing()
    {
        using var first = new TestChain().Endpoint("a", Script.Answer("a"));
        using var second = new TestChain().Endpoint("b", Script.Answer("b"));

        Assert.Throws<ArgumentException>(() => first.Client.FollowedBy(second.Client));
    }
}
