using BenchmarkDotNet.Attributes;
using LlmResilience.Requests;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>Finding the chain of a request.</summary>
[MemoryDiagnoser]
public class FindRoute
{
    public const int Routes = 50;

    private ResilientChatClient _routed = null!;
    private ResilientChatClient _unrouted = null!;

    /// <summary>A request that the last route takes.</summary>
    internal static RequestInput ToTheLast { get; } = RequestInput.Of(Contenders.Messages, new ChatOptions { ModelId = $"model-{Routes - 1:00}-large" });

    /// <summary>A request that says all there is to say.</summary>
    internal static RequestInput SayingAll { get; } = RequestInput.Of(
        Contenders.Messages,
        new ChatOptions { ModelId = $"model-{Routes - 1:00}-large" }
            .SetConsumer("acme").SetRegion("eu").SetAffinityKey("chat-1").SetAllowedEndpoints("a", "c")
            .SetRequestTimeout(TimeSpan.FromSeconds(30)).SetImportance(RequestImportance.Critical));

    internal static RequestInput SayingNothing { get; } = RequestInput.Of(Contenders.Messages, options: null);

    [GlobalSetup]
    public void SetUp()
    {
        _routed = CreateRouted();
        _unrouted = Contenders.OursWith(3);
    }

    [Benchmark]
    public bool AmongFifty() => Find(_routed, ToTheLast);

    [Benchmark]
    public bool SayingAllThereIs() => Find(_routed, SayingAll);

    [Benchmark(Baseline = true)]
    public bool WithoutRoutes() => Find(_unrouted, SayingNothing);

    internal static bool Find(ResilientChatClient client, in RequestInput input) => client.Router.TryChoose(input, out _, out _);

    internal static ResilientChatClient CreateRouted()
    {
        var builder = new LlmResilienceBuilder()
            .AddEndpoint("a", Contenders.Raw(), endpoint => endpoint.Region = "us")
            .AddEndpoint("b", Contenders.Raw())
            .AddEndpoint("c", Contenders.Raw(), endpoint => endpoint.Region = "eu");
        for (var i = 0; i < Routes; i++)
        {
            var pattern = $"model-{i:00}-*";
            builder.AddRoute($"route-{i}", route => route.ForModel(pattern).To("a").To("b", "c"));
        }

        return builder.Build();
    }
}
