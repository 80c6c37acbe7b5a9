using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.AllUnavailable;

/// <summary>Waiting for an endpoint's return: first come, first served, for at most a while.</summary>
public sealed class WaitingLineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_comes_when_the_endpoint_is_back_joins_those_who_wait(bool streaming)
    {
        var gate = new TaskCompletionSource();
        var client = new FakeChatClient(new Script().Then((_, _) => gate.Task).Text("back").Finish());
        using var chain = Chain().Endpoint("a", client);
        chain.Endpoints.Eject("a");
        var waiting = Enumerable.Range(1, 4).Select(i => chain.Client.AskAsync(streaming, prompt: $"{i}")).ToList();

        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.IsTrueAsync(() => client.Calls == 1);
        waiting.AddRange(Enumerable.Range(5, 4).Select(i => chain.Client.AskAsync(streaming, prompt: $"{i}")));
        gate.SetResult();
        await Task.WhenAll(waiting);

        // The first one probes; the others come in the order of their arrival, one starting after another.
        Assert.Equal("1", client.Received[0].Messages[0].Text);
        Assert.Equal(8, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_probe_goes_to_the_first_in_line_and_not_to_who_has_just_come(bool streaming)
    {
        var gates = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource()).ToList();
        var client = new FakeChatClient([.. gates.Select(gate => new Script().Then((_, _) => gate.Task).Text("back").Finish())]);
        using var chain = Chain().Endpoint("a", client, endpoint => endpoint.Ejection.RequiredProbeSuccesses = 9);
        chain.Endpoints.Eject("a");
        var waiting = Enumerable.Range(1, 2).Select(i => chain.Client.AskAsync(streaming, prompt: $"{i}")).ToList();
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.IsTrueAsync(() => client.Calls == 1);
        waiting.AddRange(Enumerable.Range(3, 2).Select(i => chain.Client.AskAsync(streaming, prompt: $"{i}")));

        for (var i = 0; i < gates.Count; i++)
        {
            await Eventually.IsTrueAsync(() => client.Calls == i + 1);
            gates[i].SetResult();
            await waiting[i];
        }

        Assert.Equal(["1", "2", "3", "4"], client.Received.Select(call => call.Messages[0].Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_one_endpoint_holds_up_nobody_who_can_have_another(bool streaming)
    {
        using var chain = Chain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b"));
        chain.Endpoints.Drain("a");
        var first = chain.Client.AskAsync(streaming, options: Only("a"));

        Assert.Equal("b", (await EndAsync(chain.Client.AskAsync(streaming))).Text);

        Assert.False(first.IsCompleted);
        chain.Endpoints.Restore("a");
        Assert.Equal("a", (await EndAsync(first)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_behind_another_is_woken_by_its_own_endpoint(bool streaming)
    {
        using var chain = Chain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b"));
        chain.Endpoints.Drain("a");
        chain.Endpoints.Eject("b");
        var first = chain.Client.AskAsync(streaming, options: Only("a"));
        var second = chain.Client.AskAsync(streaming, options: Only("b"));

        await chain.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(10));
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("b", (await EndAsync(second)).Text);
        Assert.False(first.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_waits_longer_than_MaxWait(bool streaming)
    {
        using var chain = Chain().Endpoint("a", Script.Answer("never")).With(options => options.MaxWait = TimeSpan.FromSeconds(7));
        chain.Endpoints.Drain("a");

        var waiting = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(waiting.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(0.1));

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => EndAsync(waiting));
        chain.Endpoints.Restore("a");
        chain.Endpoints.Eject("a");
        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_that_is_being_probed_may_be_back_at_any_moment(bool streaming)
    {
        var gate = new TaskCompletionSource();
        var client = new FakeChatClient(new Script().Then((_, _) => gate.Task).Text("back").Finish());
        using var chain = Chain().Endpoint("a", client).With(options => options.RequestTimeout = TimeSpan.FromSeconds(20));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        var probing = chain.Client.AskAsync(streaming);

        var waiting = chain.Client.AskAsync(streaming);
        Assert.False(waiting.IsCompleted);
        gate.SetResult();

        Assert.Equal("back", (await EndAsync(probing)).Text);
        Assert.Equal("back", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_wakes_all_who_wait_also_for_a_drained_endpoint(bool streaming)
    {
        var chain = Chain().Endpoint("a", Script.Answer("never"));
        chain.Endpoints.Drain("a");
        var waiting = Enumerable.Range(0, 3).Select(_ => chain.Client.AskAsync(streaming)).Append(chain.Client.AskAsync(streaming, options: Only("a"))).ToList();
        Assert.All(waiting, one => Assert.False(one.IsCompleted));

        chain.Dispose();

        foreach (var one in waiting)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => EndAsync(one));
        }
    }

    [Fact]
    public async Task A_cancel_in_line_leaves_the_others_in_their_order()
    {
        var client = new FakeChatClient(Script.Answer("back"));
        using var chain = Chain().Endpoint("a", client);
        chain.Endpoints.Drain("a");
        using var app = new CancellationTokenSource();
        var first = chain.Client.AskAsync(streaming: true, prompt: "1", cancellationToken: app.Token);
        var second = chain.Client.AskAsync(streaming: true, prompt: "2");

        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        chain.Endpoints.Restore("a");

        Assert.Equal("back", (await EndAsync(second)).Text);
        Assert.Equal("2", Assert.Single(client.Received).Messages[0].Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reload_neither_splits_the_line_nor_lets_anybody_overtake(bool streaming)
    {
        var clock = new VirtualTimeProvider();
        var client = new FakeChatClient(Script.Answer("a"));
        var configuration = new ChangingConfiguration("b");
        configuration.Change(("AllUnavailableBehavior", "Wait"));
        using var resilient = new LlmResilienceBuilder { TimeProvider = clock }
            .AddProvider(new ReloadingProvider()).AddEndpoint("a", client, endpoint => endpoint.Ejection.RequiredProbeSuccesses = 9).Bind(configuration.Section).Build();
        var endpoints = resilient.GetService<LlmEndpoints>()!;
        endpoints.Drain("b");
        endpoints.Eject("a");
        var before = resilient.AskAsync(streaming, prompt: "1");
        configuration.Change(("MaxAttempts", "3"));
        var after = resilient.AskAsync(streaming, prompt: "2");

        // The first in line may be about to set its timer anew, since the second has come: then it is due once more.
        while (!before.IsCompleted)
        {
            var isDue = clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(11));
            if (await Task.WhenAny(before, isDue) == isDue)
            {
                clock.Advance(TimeSpan.FromSeconds(11));
            }
        }

        await EndAsync(before);
        await EndAsync(after);

        Assert.Equal(["1", "2"], client.Received.Select(call => call.Messages[0].Text));
    }

    // No time passes here: who is not woken waits for ever.
    private static Task<ChatResponse> EndAsync(Task<ChatResponse> asking) => asking.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

    private static ChatOptions Only(string endpoint) => new ChatOptions().SetAllowedEndpoints(endpoint);

    private static TestChain Chain() => new TestChain().With(options =>
    {
        options.AllUnavailableBehavior = AllUnavailableBehavior.Wait;
        options.EndpointDefaults.Ejection.RampUpDuration = TimeSpan.Zero;
    });
}
