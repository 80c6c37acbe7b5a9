using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmResilience.Tests.Configuration;

/// <summary>A changed configuration applies to the next request; health survives, and what is wrong changes nothing.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly RecordingLoggerFactory _logs = new();
    private readonly ReloadingProvider _provider = new();
    private readonly ChangingConfiguration _configuration = new("a", "b");
    private readonly ResilientChatClient _client;

    public ReloadTests()
    {
        _client = new LlmResilienceBuilder { TimeProvider = _clock, LoggerFactory = _logs }
            .AddProvider(_provider)
            .Bind(_configuration.Section)
            .Build();
    }

    private LlmEndpoints Endpoints => _client.GetService<LlmEndpoints>()!;

    private EndpointSnapshot this[string name] => Endpoints.GetSnapshots().Single(endpoint => endpoint.Name == name);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Options_apply_to_the_next_request(bool streaming)
    {
        _configuration.Change(("EndpointDefaults:Timeouts:FirstToken", "00:00:02"), ("EndpointDefaults:Timeouts:Response", "00:00:02"));
        _provider.Hanging = "a";

        var answer = _client.AskAsync(streaming);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("b", (await answer).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_way_to_balance_and_another_weight_apply_to_the_next_request(bool streaming)
    {
        Assert.Equal("aaa", await AskThriceAsync());

        _configuration.Change(("LoadBalancing", "RoundRobin"));
        Assert.Equal("aba", await AskThriceAsync());

        _configuration.Change(("LoadBalancing", "roundRobin"), ("Endpoints:1:Weight", "2"));
        Assert.Equal("bab", await AskThriceAsync());

        async Task<string> AskThriceAsync()
            => (await _client.AskAsync(streaming)).Text + (await _client.AskAsync(streaming)).Text + (await _client.AskAsync(streaming)).Text;
    }

    [Fact]
    public async Task Health_survives_and_a_changed_base_moves_the_running_deadline()
    {
        Endpoints.Eject("a");
        _clock.Advance(TimeSpan.FromSeconds(4));

        _configuration.Change(("Endpoints:0:Ejection:BaseEjectionTime", "00:00:06"));

        Assert.Equal(EndpointState.Ejected, this["a"].State);
        Assert.Equal(1, this["a"].EjectionMultiplier);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(2), this["a"].EjectedUntil);
        Assert.Equal("b", (await _client.AskAsync(streaming: true)).Text);
        Assert.Equal(2, _provider.Clients.Count);
    }

    [Fact]
    public async Task The_order_of_the_chain_follows_the_priorities()
    {
        _configuration.Change(("Endpoints:0:Priority", "1"));

        Assert.Equal("b", (await _client.AskAsync(streaming: true)).Text);
        Assert.Equal(["b", "a"], Endpoints.GetSnapshots().Select(endpoint => endpoint.Name));
    }

    [Fact]
    public async Task An_endpoint_can_be_added_and_is_asked()
    {
        Endpoints.Drain("a");
        Endpoints.Drain("b");

        _configuration.AddEndpoint(2, "c");

        Assert.Equal("c", (await _client.AskAsync(streaming: true)).Text);
        Assert.Equal(EndpointState.Drained, this["a"].State);
    }

    [Fact]
    public async Task An_endpoint_that_is_removed_ends_its_streams_and_is_disposed_later()
    {
        _provider.Hanging = "a";
        using var app = new CancellationTokenSource();
        var inFlight = _client.AskAsync(streaming: true, cancellationToken: app.Token);

        _configuration.RemoveEndpoint(0);

        Assert.Equal("b", (await _client.AskAsync(streaming: true)).Text);
        Assert.Equal(["b"], Endpoints.GetSnapshots().Select(endpoint => endpoint.Name));
        _clock.Advance(TimeSpan.FromMinutes(0.4));
        Assert.False(_provider.Clients[0].IsDisposed);
        await app.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inFlight);
        while (!_provider.Clients[0].IsDisposed)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.False(_provider.Clients[1].IsDisposed);
        Assert.Equal(0, _clock.LiveTimers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_in_flight_does_not_fall_back_to_an_endpoint_that_is_gone_but_to_one_that_has_come(bool streaming)
    {
        _provider.Hanging = "a";
        _configuration.Change(("Endpoints:0:Timeouts:FirstToken", "00:05:00"), ("Endpoints:0:Timeouts:Response", "00:05:00"));
        var inFlight = _client.AskAsync(streaming);

        _configuration.Change(("Endpoints:1:Name", "c"));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(_provider.Clients[1].IsDisposed);
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal("c", (await inFlight).Text);
        Assert.Equal(0, _provider.Clients[1].Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_whose_endpoint_got_another_key_goes_on_there(bool streaming)
    {
        _provider.Hanging = "a";
        foreach (var limit in new[] { "FirstToken", "FirstTokenAtLastEndpoint", "Response", "ResponseAtLastEndpoint" })
        {
            _configuration.Change(($"Endpoints:0:Timeouts:{limit}", "00:00:05"));
        }

        Endpoints.Drain("b");
        var inFlight = _client.AskAsync(streaming);

        _configuration.Change(("Endpoints:0:ApiKey", "sk-rotated"));
        _provider.Hanging = null;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("a", (await inFlight.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken)).Text);
        Assert.Equal(1, _provider.Clients[^1].Calls);
    }

    [Fact]
    public void A_change_while_the_client_is_built_is_not_lost()
    {
        var configuration = new ChangingConfiguration("a");
        var provider = new ReloadingProvider();
        var changed = false;
        using var client = new LlmResilienceBuilder { TimeProvider = _clock }
            .AddProvider(provider)
            .AddEndpoint("z", _ =>
            {
                if (!changed)
                {
                    changed = true;
                    configuration.AddEndpoint(1, "b");
                }

                return new FakeChatClient(Script.Answer("z"));
            })
            .Bind(configuration.Section)
            .Build();

        Assert.Equal(["z", "a", "b"], client.GetService<LlmEndpoints>()!.GetSnapshots().Select(endpoint => endpoint.Name));
    }

    [Fact]
    public void An_endpoint_with_another_address_or_key_is_another_endpoint()
    {
        Endpoints.Eject("a");
        Endpoints.Eject("b");

        _configuration.Change(("Endpoints:0:ApiKey", "sk-rotated"));

        Assert.Equal(EndpointState.Healthy, this["a"].State);
        Assert.Equal(EndpointState.Ejected, this["b"].State);
        Assert.Equal(3, _provider.Clients.Count);
    }

    [Theory]
    [InlineData("Endpoints:0:Timeouts:FirstToken", "soon")]
    [InlineData("Endpoints:0:Timeouts:FirstToken", "1")]
    [InlineData("Endpoints:0:Timeouts:FirstToken", "-00:00:05")]
    [InlineData("Endpoints:1:Name", "A")]
    [InlineData("Endpoints:1:Provider", "Nobody")]
    [InlineData("Endpoints:1:ApiKey", "")]
    [InlineData("MaxAttemps", "3")]
    [InlineData("Endpoints:1:Address", ReloadingProvider.Unreachable)]
    public async Task An_invalid_change_is_logged_and_the_last_good_options_stay(string key, string value)
    {
        Endpoints.Drain("b");
        var before = _logs.Entries.Count;

        _configuration.Change((key, value));

        Assert.Contains(_logs.Entries.Skip(before), entry => entry.Level == LogLevel.Error);
        Assert.DoesNotContain(_logs.Entries, entry => entry.Message.Contains(ChangingConfiguration.Secret, StringComparison.Ordinal));
        Assert.Equal("a", (await _client.AskAsync(streaming: true)).Text);
        Assert.Equal(["a", "b"], Endpoints.GetSnapshots().Select(endpoint => endpoint.Name));
        Assert.Equal(EndpointState.Drained, this["b"].State);

        _configuration.Change((key, Right(key)));
        Assert.Equal(LogLevel.Information, _logs.Entries[^1].Level);
    }

    [Fact]
    public async Task Those_who_wait_for_an_endpoint_get_one_that_is_added()
    {
        _configuration.Change(("AllUnavailableBehavior", "Wait"));
        Endpoints.Drain("a");
        Endpoints.Drain("b");

        var waiting = _client.AskAsync(streaming: true);
        _configuration.AddEndpoint(2, "c");

        Assert.Equal("c", (await waiting).Text);
    }

    [Fact]
    public async Task In_dependency_injection_it_works_the_same()
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(_configuration.Section).AddProvider(new ReloadingProvider());
        services.PostConfigure<LlmResilienceOptions>(options => options.MaxAttempts = 1);
        await using var app = services.BuildServiceProvider();
        var client = app.GetRequiredService<IChatClient>();
        Assert.Equal("a", (await client.AskAsync(streaming: true)).Text);

        _configuration.Change(("Endpoints:0:Priority", "1"));

        Assert.Equal("b", (await client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public void A_disposed_client_hears_nothing_more()
    {
        _client.Dispose();
        _configuration.AddEndpoint(2, "c");

        Assert.Equal(2, _provider.Clients.Count);
        Assert.All(_provider.Clients, client => Assert.True(client.IsDisposed));
    }

    public void Dispose() => _client.Dispose();

    private static string? Right(string key) => key switch
    {
        "Endpoints:0:Timeouts:FirstToken" => "00:00:30",
        "Endpoints:1:Name" => "b",
        "Endpoints:1:Provider" => "Test",
        "Endpoints:1:ApiKey" => ChangingConfiguration.Secret,
        _ => null,
    };
}
