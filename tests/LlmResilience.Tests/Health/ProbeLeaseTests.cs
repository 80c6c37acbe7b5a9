using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;
using Polly;

namespace LlmResilience.Tests.Health;

/// <summary>A probe keeps its place as long as its attempt may take, whatever that depends on: its success counts, and nobody probes beside it.</summary>
public sealed class ProbeLeaseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_probe_with_a_long_prompt_keeps_its_place_for_the_prompts_share()
    {
        using var chain = Chain(clock => new Script().Wait(clock, 20 * Second).Text("a").Finish(), endpoint =>
        {
            endpoint.Timeouts.FirstToken = Second;
            endpoint.Timeouts.FirstTokenPerInputToken = Second;
        });
        MakeProbing(chain);

        var probing = chain.Client.AskAsync(streaming: true, prompt: new string('x', 4 * 30));
        chain.Clock.Advance(19 * Second);
        Assert.Equal("backup", (await chain.Client.AskAsync(streaming: true)).Text);
        chain.Clock.Advance(Second);

        Assert.Equal("a", (await probing).Text);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
    }

    [Fact]
    public async Task A_probe_that_makes_progress_keeps_its_place()
    {
        var progress = new ChatResponseUpdate { ResponseId = "progress" };
        using var chain = Chain(
            clock => new Script().Update(progress).Wait(clock, 20 * Second).Update(progress).Wait(clock, 20 * Second).Text("a").Finish(),
            endpoint =>
            {
                endpoint.Timeouts.FirstToken = Second;
                endpoint.AddProgressDetector(static update => update.ResponseId == "progress");
            });
        MakeProbing(chain);

        var probing = chain.Client.AskAsync(streaming: true);
        chain.Clock.Advance(39 * Second);
        Assert.Equal("backup", (await chain.Client.AskAsync(streaming: true)).Text);
        chain.Clock.Advance(Second);

        Assert.Equal("a", (await probing).Text);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_probe_whose_limit_a_reload_lengthens_keeps_its_place(bool streaming)
    {
        var clock = new VirtualTimeProvider();
        var configuration = new ChangingConfiguration("b");
        configuration.Change(("EndpointDefaults:Timeouts:FirstToken", "00:00:01"), ("EndpointDefaults:Timeouts:Response", "00:00:01"));
        using var client = new LlmResilienceBuilder { TimeProvider = clock }
            .AddProvider(new ReloadingProvider())
            .AddEndpoint("a", new FakeChatClient(new Script().Wait(clock, 20 * Second).Text("a").Finish()))
            .Bind(configuration.Section)
            .Build();
        client.GetService<LlmEndpoints>()!.Eject("a");
        clock.Advance(20 * Second);

        var probing = client.AskAsync(streaming);
        configuration.Change(("EndpointDefaults:Timeouts:FirstToken", "00:00:30"), ("EndpointDefaults:Timeouts:Response", "00:00:30"));
        clock.Advance(Second);
        await clock.WaitForTimerWithinAsync(29 * Second);
        clock.Advance(18 * Second);
        Assert.Equal("b", (await client.AskAsync(streaming)).Text);
        clock.Advance(Second);

        Assert.Equal("a", (await probing).Text);
        Assert.Equal(EndpointState.Ramping, client.GetService<LlmEndpoints>()!.GetSnapshots()[0].State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_probe_of_the_last_endpoint_has_failed_at_the_endpoints_own_limit_though_the_app_waits_on(bool streaming)
    {
        using var chain = new TestChain();
        chain.Endpoint("a", new FakeChatClient(new Script().Wait(chain.Clock, 20 * Second).Text("late").Finish()), endpoint =>
        {
            endpoint.Timeouts.FirstToken = endpoint.Timeouts.Response = Second;
            endpoint.Timeouts.FirstTokenAtLastEndpoint = endpoint.Timeouts.ResponseAtLastEndpoint = 30 * Second;
        });
        MakeProbing(chain);

        var probing = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(Second);
        await chain.Clock.WaitForTimerAsync(29 * Second);
        Assert.Equal((EndpointState.Ejected, 2), (chain["a"].State, chain["a"].EjectionMultiplier));
        chain.Clock.Advance(19 * Second);

        Assert.Equal("late", (await probing).Text);
        Assert.Equal((EndpointState.Ejected, 2), (chain["a"].State, chain["a"].EjectionMultiplier));
    }

    [Theory]
    [InlineData(FailureKind.InvalidRequest)]
    [InlineData(FailureKind.RateLimited)]
    public async Task A_probe_that_says_nothing_about_health_gives_its_place_back(FailureKind kind)
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new Failures.Refusal(kind, 3)), Script.Answer("a")), endpoint => endpoint.PrependFailureClassifier(new Failures.RefusalClassifier()))
            .Endpoint("b", Script.Answer("backup"));
        MakeProbing(chain);

        await Record.ExceptionAsync(() => chain.Client.AskAsync(streaming: true));
        chain.Clock.Advance(3 * Second);

        Assert.Equal((EndpointState.Probing, 1, true), (chain["a"].State, chain["a"].EjectionMultiplier, chain["a"].IsAvailable));
        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_a_pipeline_a_late_success_of_a_probe_counts_while_nobody_else_has_decided(bool another)
    {
        var clock = new VirtualTimeProvider();
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddEjection(new EjectionStrategyOptions { Ejection = { ConsecutiveFailureThreshold = 1, JitterRatio = 0, RampUpDuration = TimeSpan.Zero } })
            .Build();
        await Assert.ThrowsAsync<IOException>(() => FailAsync(pipeline));
        clock.Advance(10 * Second);
        var answer = new TaskCompletionSource<int>();
        var probing = pipeline.ExecuteAsync(async _ => await answer.Task).AsTask();
        clock.Advance(61 * Second);
        if (another)
        {
            await Assert.ThrowsAsync<IOException>(() => FailAsync(pipeline));
        }

        answer.SetResult(1);

        Assert.Equal(1, await probing);
        if (another)
        {
            Assert.Equal(20 * Second, (await Assert.ThrowsAsync<EndpointUnavailableException>(() => FailAsync(pipeline))).RetryAfter);
        }
        else
        {
            var both = Enumerable.Range(0, 2).Select(i => pipeline.ExecuteAsync(_ => ValueTask.FromResult(i)).AsTask());
            Assert.Equal(2, (await Task.WhenAll(both)).Length);
        }
    }

    private static Task<int> FailAsync(ResiliencePipeline pipeline) => pipeline.ExecuteAsync<int>(_ => throw new IOException()).AsTask();

    private static TestChain Chain(Func<TimeProvider, Script> script, Action<EndpointOptions> configure)
    {
        var chain = new TestChain();
        return chain.Endpoint("a", new FakeChatClient(script(chain.Clock)), configure).Endpoint("b", Script.Answer("backup"));
    }

    private static void MakeProbing(TestChain chain)
    {
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(10 * Second);
    }
}
