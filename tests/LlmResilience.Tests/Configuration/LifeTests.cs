using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.Configuration;

/// <summary>The ends of a client: disposed while requests are under way, or forgotten.</summary>
public sealed class LifeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disposed_client_asks_nobody_by_any_route(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("never"));
        var chain = new TestChain().Endpoint("a", client).Compose(llm => llm.AddRoute("all", route => route.To("a")).SelectConsumer(_ => "somebody"));
        Assert.NotNull(chain.Client);

        chain.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => chain.Client.AskAsync(streaming));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => chain.Client.AskAsync(streaming, options: new ChatOptions().SetAllowedEndpoints("a")));
        Assert.Equal(0, client.Calls);
    }

    [Fact]
    public async Task A_stream_that_is_begun_after_Dispose_asks_nobody()
    {
        var client = new FakeChatClient(Script.Answer("never"));
        var chain = new TestChain().Endpoint("a", client);
        var stream = chain.Client.GetStreamingResponseAsync("hi");

        chain.Dispose();

        Assert.IsType<ObjectDisposedException>((await stream.CollectAsync()).Exception);
        Assert.Equal(0, client.Calls);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Between_two_attempts_a_disposed_client_asks_nobody(bool streaming, bool retries)
    {
        var first = new FakeChatClient(Script.Throw(new IOException()));
        var second = new FakeChatClient(Script.Answer("never"));
        var release = new TaskCompletionSource();
        var chain = new TestChain()
            .Endpoint("a", retries ? first : new FakeChatClient(new Script().Then((_, _) => release.Task).ThenThrow(new IOException())))
            .Endpoint("b", second)
            .With(options => options.EndpointDefaults.Retry.MaxRetryAttempts = retries ? 1 : 0);

        var asking = chain.Client.AskAsync(streaming);
        if (retries)
        {
            await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(5));
        }

        chain.Dispose();
        release.SetResult();
        chain.Clock.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => asking);
        Assert.Equal((retries ? 1 : 0, 0), (first.Calls, second.Calls));
    }

    [Fact]
    public void A_client_that_its_app_has_forgotten_is_collected()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("LlmResilience:MaxAttempts", "3")]).Build();
        var forgotten = BuildAndForget(configuration.GetSection("LlmResilience"));

        for (var i = 0; i < 10 && forgotten.Exists(one => one.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(forgotten, one => Assert.False(one.IsAlive));
        configuration.Reload();
    }

    [Fact]
    public async Task A_client_that_its_app_has_forgotten_is_collected_and_probes_no_more()
    {
        var clock = new VirtualTimeProvider();
        var inner = new FakeChatClient(Script.Answer("a"));
        var forgotten = await ProbeAndForgetAsync(clock, inner);

        for (var i = 0; i < 100 && forgotten.IsAlive; i++)
        {
            // What the pool still has to do with the probe may hold it for a moment.
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(forgotten.IsAlive);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, inner.Calls);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> ProbeAndForgetAsync(VirtualTimeProvider clock, FakeChatClient inner)
    {
        var client = new LlmResilienceBuilder { TimeProvider = clock }
            .AddEndpoint("a", inner, endpoint => (endpoint.ActiveProbe.Enabled, endpoint.ActiveProbe.Scope) = (true, ActiveProbeScope.All))
            .Build();
        clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.IsTrueAsync(() => inner.Calls == 1 && client.Prober.BusyCount == 0);
        return new WeakReference(client);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> BuildAndForget(IConfiguration section)
    {
        var inner = new FakeChatClient(Script.Answer("a"));
        var client = new LlmResilienceBuilder().AddEndpoint("a", inner).Bind(section).Build();
        return [new WeakReference(client), new WeakReference(inner)];
    }
}
