using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmResilience.Tests.Configuration;

/// <summary>A client that needs itself to be made is a mistake with a name, and no process that stands still.</summary>
public sealed class SelfResolutionTests
{
    private readonly ServiceCollection _services = new();

    [Fact]
    public void Default_client_whose_endpoint_resolves_it_says_which_endpoint()
    {
        _services.AddLlmResilience(llm => llm
            .AddEndpoint("well", new FakeChatClient(Script.Answer("well")))
            .AddEndpoint("loop", services => services.GetRequiredService<IChatClient>()));

        Expect("'loop'", services => services.GetRequiredService<IChatClient>());
    }

    [Fact]
    public void Keyed_client_whose_endpoint_is_its_own_key_says_so()
    {
        _services.AddLlmResilience("fast", llm => llm.AddKeyedEndpoint("loop", "fast"));

        Expect("'fast'", services => services.GetRequiredKeyedService<IChatClient>("fast"));
    }

    [Fact]
    public void Loop_through_other_services_is_found()
    {
        _services.AddSingleton<Assistant>();
        _services.AddKeyedSingleton<IChatClient>("view", (services, _) => services.GetRequiredService<ResilientChatClientHolder>().Client);
        _services.AddSingleton<ResilientChatClientHolder>();
        _services.AddLlmResilience(llm => llm.AddEndpoint("loop", services => services.GetRequiredService<Assistant>().Client));

        Expect("'loop'", services => services.GetRequiredService<Assistant>());
    }

    [Fact]
    public void Loop_of_two_clients_is_found()
    {
        _services.AddLlmResilience("one", llm => llm.AddKeyedEndpoint("to-two", "two"));
        _services.AddLlmResilience("two", llm => llm.AddKeyedEndpoint("to-one", "one"));

        Expect("'to-two'", services => services.GetRequiredKeyedService<IChatClient>("one"));
    }

    [Fact]
    public void Provider_of_the_configuration_that_resolves_the_client_is_found()
    {
        _services.AddLlmResilience(Settings.With(Settings.Endpoint(0, "loop"))).AddProvider(new LoopingProvider());

        Expect("'loop'", services => services.GetRequiredService<IChatClient>());
    }

    [Fact]
    public void Logger_factory_that_resolves_the_client_is_found()
    {
        _services.AddSingleton<ILoggerFactory>(services =>
        {
            services.GetRequiredService<IChatClient>();
            return new RecordingLoggerFactory();
        });
        _services.AddLlmResilience(llm => llm.AddEndpoint("a", new FakeChatClient(Script.Answer("well"))));

        Expect("logger factory", services => services.GetRequiredService<IChatClient>());
    }

    [Fact]
    public async Task Client_over_another_client_of_the_container_is_no_loop()
    {
        _services.AddLlmResilience("inner", llm => llm.AddEndpoint("a", new FakeChatClient(Script.Answer("well"))));
        _services.AddLlmResilience(llm => llm.AddKeyedEndpoint("first", "inner").AddKeyedEndpoint("again", "inner"));
        await using var provider = _services.BuildServiceProvider();

        Assert.Equal("well", (await provider.GetRequiredService<IChatClient>().AskAsync(streaming: false)).Text);
    }

    [Fact]
    public async Task Two_threads_that_build_at_the_same_time_are_no_loop()
    {
        using var both = new Barrier(2);
        var builder = new LlmResilienceBuilder().AddEndpoint("a", _ =>
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)));
            return new FakeChatClient(Script.Answer("well"));
        });

        var builds = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => builder.Build(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var clients = await Task.WhenAll(builds);

        Assert.All(clients, client => client.Dispose());
    }

    [Fact]
    public async Task A_build_that_failed_may_be_tried_again()
    {
        var fails = true;
        var builder = new LlmResilienceBuilder().AddEndpoint("a", _ => fails ? throw new IOException() : new FakeChatClient(Script.Answer("well")));

        Assert.Throws<IOException>(() => builder.Build());
        fails = false;
        using var client = builder.Build();

        Assert.Equal("well", (await client.AskAsync(streaming: false)).Text);
    }

    private void Expect(string part, Func<IServiceProvider, object> resolve)
    {
        using var provider = _services.BuildServiceProvider();

        var exception = Assert.Throws<InvalidOperationException>(() => resolve(provider));

        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    private sealed class Assistant([FromKeyedServices("view")] IChatClient client)
    {
        public IChatClient Client => client;
    }

    private sealed class ResilientChatClientHolder(IChatClient client)
    {
        public ResilientChatClient Client => (ResilientChatClient)client;
    }

    private sealed class LoopingProvider : EndpointProvider
    {
        public override string Name => "Test";

        public override IReadOnlyCollection<string> ConfigurationKeys { get; } = [TestProvider.ApiKeyKey];

        public override IEnumerable<string> Validate(IConfigurationSection section) => [];

        public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
            => services.GetRequiredService<IChatClient>();
    }
}
