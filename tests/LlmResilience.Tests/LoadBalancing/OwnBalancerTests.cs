using Microsoft.Extensions.Logging;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>The app's own way to choose.</summary>
public sealed class OwnBalancerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_apps_own_balancer_chooses_among_those_that_are_there(bool streaming)
    {
        List<string> seen = [];
        using var chain = Chain(context =>
        {
            var best = 0;
            for (var i = 0; i < context.Count; i++)
            {
                seen.Add($"{context[i].Name} {context[i].Weight} {context[i].Region} {context[i].ModelId} {context[i].ActiveAttempts} {context[i].AverageTimeToFirstToken} {context[i].AdmittedRatio}");
                best = context[i].Weight > context[best].Weight ? i : best;
            }

            Assert.Equal(streaming, context.IsStreaming);
            return best;
        });
        chain.Endpoints.Drain("b");

        Assert.Equal("c", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(["a 1 near model-a 0  1", "c 2   0  1"], seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_asked_again_without_the_one_that_failed(bool streaming)
    {
        using var chain = new TestChain().With(options => options.UseLoadBalancer(new Last()))
            .Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b")).Endpoint("c", Script.Throw(new IOException()));

        Assert.Equal("b", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task It_counts_before_the_policy()
    {
        using var chain = Chain(context => context.Count - 1).With(options => options.LoadBalancing = LoadBalancingPolicy.RoundRobin);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("c", (await chain.Client.AskAsync(streaming: true)).Text);
        }
    }

    [Fact]
    public async Task One_that_throws_or_chooses_nobody_ends_no_request_and_is_told_of_once()
    {
        foreach (var (balance, said) in new (Func<LoadBalancingContext, int>, string)[]
        {
            (_ => throw new InvalidOperationException("secret"), "threw InvalidOperationException"),
            (context => context[context.Count].Weight, "threw IndexOutOfRangeException"),
            (_ => -1, "chose nobody"),
            (context => context.Count, "chose nobody"),
        })
        {
            using var chain = Chain(balance);

            Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
            Assert.Equal("a", (await chain.Client.AskAsync(streaming: false)).Text);

            var entry = Assert.Single(chain.Logs.Entries, entry => entry.Level == LogLevel.Error);
            Assert.Contains(said, entry.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", entry.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_is_given_all_of_many()
    {
        var counts = new List<int>();
        using var chain = new TestChain().With(options => options.UseLoadBalancer(new Own(context =>
        {
            counts.Add(context.Count);
            return context.Count - 1;
        })));
        for (var i = 0; i < 100; i++)
        {
            chain.Endpoint(Choices.NameOf(i), Script.Answer("well"));
        }

        Assert.Equal("e99", chain.Choose());
        Assert.Equal([100], counts);
    }

    [Fact]
    public void None_is_refused() => Assert.Throws<ArgumentNullException>(() => new LlmResilienceOptions().UseLoadBalancer(null!));

    private static TestChain Chain(Func<LoadBalancingContext, int> balance)
        => new TestChain().With(options => options.UseLoadBalancer(new Own(balance)))
            .Endpoint("a", new FakeChatClient(Script.Answer("a")), endpoint =>
            {
                endpoint.Region = "near";
                endpoint.ModelId = "model-a";
            })
            .Endpoint("b", new FakeChatClient(Script.Answer("b")), endpoint => endpoint.Weight = 3)
            .Endpoint("c", new FakeChatClient(Script.Answer("c")), endpoint => endpoint.Weight = 2);

    private sealed class Own(Func<LoadBalancingContext, int> balance) : ILoadBalancer
    {
        public int Choose(LoadBalancingContext context) => balance(context);
    }

    private sealed class Last : ILoadBalancer
    {
        public int Choose(LoadBalancingContext context) => context.Count - 1;
    }
}
