using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.Tests.Configuration;

public sealed class DisposalTests
{
    private readonly FakeChatClient _first = new(Script.Answer("first"));
    private readonly FakeChatClient _second = new(Script.Answer("second"));

    [Fact]
    public void Disposing_the_resilient_client_disposes_every_endpoints_client()
    {
        var client = _first.WithLlmResilience(llm => llm.AddEndpoint("second", _ => _second));

        client.Dispose();
        client.Dispose();

        Assert.True(_first.IsDisposed);
        Assert.True(_second.IsDisposed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("named")]
    public async Task Container_disposes_the_client_with_its_endpoints(string name)
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(name, llm => llm.AddEndpoint("first", _first).AddEndpoint("second", _ => _second));
        var provider = services.BuildServiceProvider();
        _ = name.Length == 0 ? provider.GetRequiredService<IChatClient>() : provider.GetRequiredKeyedService<IChatClient>(name);

        await provider.DisposeAsync();

        Assert.True(_first.IsDisposed);
        Assert.True(_second.IsDisposed);
    }

    [Fact]
    public void Clients_that_are_left_open_are_the_apps_to_dispose()
    {
        var client = _first.WithLlmResilience(llm => llm.AddEndpoint("second", _ => _second, leaveOpen: true), leaveOpen: true);

        client.Dispose();

        Assert.False(_first.IsDisposed);
        Assert.False(_second.IsDisposed);
    }

    [Fact]
    public async Task An_endpoint_of_a_keyed_service_is_the_containers_to_dispose()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IChatClient>("first", (_, _) => _first);
        services.AddLlmResilience(llm => llm.AddKeyedEndpoint("a", "first"));
        var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IChatClient>();

        Assert.Equal("first", (await client.AskAsync(streaming: true)).Text);
        client.Dispose();
        Assert.False(_first.IsDisposed);
        await provider.DisposeAsync();
        Assert.True(_first.IsDisposed);
    }

    [Fact]
    public void A_key_that_nothing_is_registered_under_is_told_when_the_client_is_made()
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(llm => llm.AddKeyedEndpoint("a", "missing"));
        using var provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IChatClient>());
    }

    [Fact]
    public void Later_factory_that_throws_disposes_the_clients_made_before_it()
    {
        var builder = new LlmResilienceBuilder()
            .AddEndpoint("first", _ => _first)
            .AddEndpoint("second", _ => _second)
            .AddEndpoint("broken", _ => throw new InvalidDataException("broken"));

        Assert.Throws<InvalidDataException>(() => builder.Build());

        Assert.True(_first.IsDisposed);
        Assert.True(_second.IsDisposed);
    }

    [Fact]
    public void Provider_that_throws_disposes_the_clients_made_before_it()
    {
        var provider = new TestProvider { Broken = "b" };
        var builder = new LlmResilienceBuilder().Bind(Settings.With(Settings.Endpoint(1, "b"))).AddProvider(provider);

        Assert.Throws<InvalidOperationException>(() => builder.Build());

        Assert.True(Assert.Single(provider.Clients).IsDisposed);
    }

    [Fact]
    public void Pipeline_that_throws_disposes_the_client_it_was_for()
    {
        var builder = new LlmResilienceBuilder()
            .AddEndpoint("first", _ => _first)
            .AddEndpoint("second", _ => _second, endpoint => endpoint.ConfigurePipeline(_ => throw new InvalidDataException("broken")));

        Assert.Throws<InvalidDataException>(() => builder.Build());

        Assert.True(_first.IsDisposed);
        Assert.True(_second.IsDisposed);
    }

    [Fact]
    public void Factory_that_returns_null_is_told_by_the_endpoints_name()
    {
        var builder = new LlmResilienceBuilder().AddEndpoint("first", _ => _first).AddEndpoint("empty", _ => null!);

        var exception = Assert.Throws<InvalidOperationException>(() => builder.Build());

        Assert.Contains("'empty'", exception.Message, StringComparison.Ordinal);
        Assert.True(_first.IsDisposed);
    }
}
