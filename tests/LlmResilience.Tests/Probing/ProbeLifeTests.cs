using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests.Probing;

/// <summary>When probing begins and ends, what a reload does to it, and what foreign code can do to it.</summary>
public sealed class ProbeLifeTests
{
    private const int Interval = 11;

    [Fact]
    public async Task Off_by_default_and_then_there_is_no_timer()
    {
        var client = new FakeChatClient(Script.Answer("a"));
        using var chain = new TestChain().Endpoint("a", client);
        chain.Endpoints.Eject("a");

        Assert.Equal(0, chain.Clock.LiveTimers);
        chain.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((0, 0), (chain.Clock.LiveTimers, client.Calls));
        await chain.Client.AskAsync(streaming: true);
    }

    [Fact]
    public async Task Many_endpoints_have_one_timer_and_probe_at_different_times()
    {
        var at = new List<TimeSpan>();
        using var chain = new ProbedChain();
        for (var i = 0; i < 50; i++)
        {
            chain.Endpoint($"{i}", new SwitchedClient(), endpoint =>
            {
                endpoint.ActiveProbe.Scope = ActiveProbeScope.All;
                endpoint.ActiveProbe.UseRequest((_, _) =>
                {
                    lock (at)
                    {
                        at.Add(chain.Clock.Elapsed);
                    }

                    return Task.CompletedTask;
                });
            });
        }

        await chain.PassAsync(1);
        Assert.Equal(1, chain.Clock.LiveTimers);
        await chain.PassAsync(9);

        // Each once in the first interval, spread over its seconds.
        Assert.InRange(at.Count, 50, 50);
        Assert.True(at.Distinct().Count() > 5);
        Assert.Equal(1, chain.Clock.LiveTimers);
    }

    [Fact]
    public async Task Dispose_stops_it()
    {
        var server = new SwitchedClient();
        var chain = new ProbedChain().Endpoint("a", server, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);
        await chain.PassAsync(Interval);
        var probes = server.Probes;
        Assert.True(probes > 0);

        chain.Dispose();

        chain.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((probes, 0), (server.Probes, chain.Clock.LiveTimers));
    }

    [Fact]
    public async Task Dispose_cancels_a_probe_that_is_under_way()
    {
        var canceled = new TaskCompletionSource();
        var chain = new ProbedChain().Endpoint("a", new SwitchedClient(), endpoint =>
        {
            endpoint.ActiveProbe.Scope = ActiveProbeScope.All;
            endpoint.ActiveProbe.UseRequest((_, token) =>
            {
                token.Register(canceled.SetResult);
                return Task.Delay(Timeout.Infinite, token);
            });
        });
        await chain.PassUntilHangingAsync();

        chain.Dispose();

        await canceled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_reload_begins_it_changes_it_and_ends_it()
    {
        var configuration = new ChangingConfiguration("a");
        var provider = new TestProvider();
        var clock = new VirtualTimeProvider();
        var builder = new LlmResilienceBuilder { TimeProvider = clock }.AddProvider(provider).Bind(configuration.Section);
        using var client = builder.Build();
        var fake = provider.Clients.Single();
        Assert.Equal(0, clock.LiveTimers);

        configuration.Change(("Endpoints:0:ActiveProbe:Enabled", "true"), ("Endpoints:0:ActiveProbe:Scope", "All"), ("Endpoints:0:ActiveProbe:Interval", "01:00:00"));
        Assert.Equal(1, clock.LiveTimers);
        configuration.Change(("Endpoints:0:ActiveProbe:Interval", "00:00:10"));
        await PassAsync(clock, client, 10);
        Assert.Equal(1, fake.Calls);

        configuration.Change(("Endpoints:0:ActiveProbe:Enabled", "false"));
        await PassAsync(clock, client, 100);
        Assert.Equal((1, 0), (fake.Calls, clock.ScheduledTimers));
    }

    [Fact]
    public async Task Switched_off_what_probes_have_found_out_is_forgotten()
    {
        var configuration = new ChangingConfiguration("a");
        configuration.Change(("Endpoints:0:ActiveProbe:Enabled", "true"), ("Endpoints:0:ActiveProbe:Scope", "All"));
        var clock = new VirtualTimeProvider();
        using var client = new LlmResilienceBuilder { TimeProvider = clock }.AddProvider(new TestProvider()).Bind(configuration.Section)
            .Configure(options => options.EndpointDefaults.ActiveProbe.UseRequest((_, _) => throw new IOException("dead"))).Build();
        await PassAsync(clock, client, 3 * Interval);
        Assert.Equal(EndpointState.Unhealthy, StateOf(client));

        configuration.Change(("Endpoints:0:ActiveProbe:Enabled", "false"));

        Assert.Equal(EndpointState.Ramping, StateOf(client));
        await PassAsync(clock, client, 30);
        Assert.Equal(EndpointState.Healthy, StateOf(client));
    }

    [Fact]
    public async Task An_endpoint_that_is_removed_is_no_longer_probed()
    {
        var configuration = new ChangingConfiguration("a", "b");
        configuration.Change(("EndpointDefaults:ActiveProbe:Enabled", "true"), ("EndpointDefaults:ActiveProbe:Scope", "All"));
        var provider = new TestProvider();
        var clock = new VirtualTimeProvider();
        using var client = new LlmResilienceBuilder { TimeProvider = clock }.AddProvider(provider).Bind(configuration.Section).Build();
        await PassAsync(clock, client, Interval);
        var (kept, removed) = (provider.Clients[0], provider.Clients[1]);
        Assert.True(removed.Calls > 0);
        var (keptCalls, removedCalls) = (kept.Calls, removed.Calls);

        configuration.RemoveEndpoint(1);
        await PassAsync(clock, client, Interval);

        Assert.Equal(removedCalls, removed.Calls);
        Assert.True(kept.Calls > keptCalls);
    }

    [Fact]
    public void A_list_of_models_from_a_client_that_has_none_is_refused_by_name()
    {
        var builder = new LlmResilienceBuilder().AddEndpoint("a", new SwitchedClient(), endpoint =>
            (endpoint.ActiveProbe.Enabled, endpoint.ActiveProbe.Request) = (true, ActiveProbeRequest.ModelList));

        var refused = Assert.Throws<OptionsValidationException>(() => builder.Build());

        Assert.Contains("Endpoints['a']:ActiveProbe:Request is ModelList", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_models_is_asked_of_the_client_inside_its_decorators()
    {
        var lister = new FakeChatClient(Script.Answer("a"));
        using var chain = new ProbedChain().Endpoint("a", new Decorator(lister), endpoint =>
            (endpoint.ActiveProbe.Scope, endpoint.ActiveProbe.Request) = (ActiveProbeScope.All, ActiveProbeRequest.ModelList));

        await chain.PassAsync(10);

        Assert.Equal((1, 0), (lister.ModelLists, lister.Calls));
    }

    [Fact]
    public async Task A_probe_that_ignores_its_end_is_cut_and_there_is_no_other_beside_it()
    {
        var release = new TaskCompletionSource();
        var client = new FakeChatClient(Script.HangStubbornly(release.Task), Script.Answer("a"));
        using var chain = new ProbedChain().Endpoint("a", client, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);
        await chain.PassUntilHangingAsync();
        Assert.Equal(1, client.Calls);

        // Cut after five seconds, and each turn that passes while it hangs is one more failure.
        await chain.PassAsync(5 * Interval);
        await Eventually.IsTrueAsync(() => chain["a"].State == EndpointState.Unhealthy);
        Assert.Equal((1, 0), (client.Calls, chain["a"].AbandonedAttempts));

        release.SetException(new IOException("too late"));
        await Eventually.IsTrueAsync(() => chain.Client.Prober.BusyCount == 0);
        chain.IsHanging = () => false;
        await chain.PassUntilAsync(() => chain["a"].State == EndpointState.Ramping);
    }

    [Fact]
    public async Task Code_that_blocks_holds_up_nobodys_probes_but_its_own()
    {
        using var release = new ManualResetEventSlim();
        var other = new SwitchedClient();
        using var chain = new ProbedChain()
            .Endpoint("a", new SwitchedClient(), endpoint =>
            {
                endpoint.ActiveProbe.Scope = ActiveProbeScope.All;
                endpoint.ActiveProbe.UseRequest((_, _) =>
                {
                    release.Wait(CancellationToken.None);
                    return Task.CompletedTask;
                });
            })
            .Endpoint("b", other, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);
        await chain.PassUntilHangingAsync();
        chain.IsHanging = () => chain.Client.Prober.BusyCount == 1;

        for (var probes = 1; probes <= 5; probes++)
        {
            await chain.PassAsync(Interval);
            await Eventually.IsTrueAsync(() => other.Probes >= probes);
        }

        await Eventually.IsTrueAsync(() => chain["a"].State == EndpointState.Unhealthy);
        Assert.Equal(EndpointState.Healthy, chain["b"].State);
        release.Set();
    }

    [Fact]
    public async Task A_listener_that_blocks_or_throws_holds_up_nobodys_probes()
    {
        using var release = new ManualResetEventSlim();
        var (first, second) = (new SwitchedClient { IsUp = false }, new SwitchedClient { IsUp = false });
        using var chain = new ProbedChain()
            .Endpoint("a", first, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All)
            .Endpoint("b", second, endpoint => endpoint.ActiveProbe.Scope = ActiveProbeScope.All);
        chain.Chain.Events.OnEndpointStateChanged = change =>
        {
            if (change.EndpointName == "a")
            {
                release.Wait();
            }

            throw new InvalidOperationException("listener");
        };

        await chain.PassUntilAsync(() => chain.Client.Chain.Endpoints.All(endpoint => !endpoint.Health.IsAvailable(endpoint.Clock.Now)));
        var (probesOfFirst, probesOfSecond) = (first.Probes, second.Probes);
        await chain.PassAsync(3 * Interval);

        Assert.True(first.Probes >= probesOfFirst + 2);
        Assert.True(second.Probes >= probesOfSecond + 2);
        release.Set();
    }

    [Fact]
    public async Task A_timer_that_went_off_far_too_late_says_nothing()
    {
        var client = new FakeChatClient(Script.Hang());
        using var chain = new ProbedChain().Endpoint("a", client, endpoint =>
            (endpoint.ActiveProbe.Scope, endpoint.ActiveProbe.UnhealthyThreshold) = (ActiveProbeScope.All, 1));
        await chain.PassUntilHangingAsync();
        chain.Clock.Jump(TimeSpan.FromHours(1));

        Assert.Equal(EndpointState.Healthy, chain["a"].State);
    }

    [Fact]
    public async Task Where_there_is_a_host_probing_begins_and_ends_with_it()
    {
        var server = new SwitchedClient();
        var clock = new VirtualTimeProvider();
        var application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddSingleton<TimeProvider>(clock);
        application.Services.AddLlmResilience(llm => llm.AddEndpoint("a", server, endpoint =>
            (endpoint.ActiveProbe.Enabled, endpoint.ActiveProbe.Scope) = (true, ActiveProbeScope.All)));
        using var host = application.Build();

        await host.StartAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.IsTrueAsync(() => server.Probes == 1);
        await host.StopAsync();
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, server.Probes);
    }

    [Fact]
    public async Task A_host_makes_no_client_that_nobody_asks_for_where_nothing_is_probed()
    {
        var made = 0;
        var application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddLlmResilience(llm => llm.AddEndpoint("a", _ =>
        {
            made++;
            return new SwitchedClient();
        }));
        using var host = application.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal(0, made);
    }

    [Fact]
    public async Task Probes_know_nothing_of_the_request_in_whose_midst_the_client_was_made()
    {
        var ambient = new AsyncLocal<string> { Value = "the request" };
        var seen = new TaskCompletionSource<string?>();
        using var client = new LlmResilienceBuilder().AddEndpoint("a", new SwitchedClient(), endpoint =>
        {
            (endpoint.ActiveProbe.Enabled, endpoint.ActiveProbe.Scope, endpoint.ActiveProbe.Interval) = (true, ActiveProbeScope.All, TimeSpan.FromMilliseconds(100));
            endpoint.ActiveProbe.UseRequest((_, _) =>
            {
                seen.TrySetResult(ambient.Value);
                return Task.CompletedTask;
            });
        }).Build();

        Assert.Null(await seen.Task.WaitAsync(Eventually.Patience));
    }

    private static EndpointState StateOf(ResilientChatClient client) => client.GetService<LlmEndpoints>()!.GetSnapshots().Single().State;

    private static async Task PassAsync(VirtualTimeProvider clock, ResilientChatClient client, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.IsTrueAsync(() => client.Prober.BusyCount == 0);
        }
    }

    private sealed class Decorator(IChatClient inner) : DelegatingChatClient(inner);
}
