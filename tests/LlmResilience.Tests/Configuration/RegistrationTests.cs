using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests.Configuration;

public sealed class RegistrationTests
{
    private readonly ServiceCollection _services = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Default_client_is_the_chat_client_of_the_app(bool streaming)
    {
        _services.AddLlmResilience(llm => llm.AddEndpoint("a", Answers("hello")));
        await using var provider = _services.BuildServiceProvider();

        var response = await provider.GetRequiredService<IChatClient>().AskAsync(streaming);

        Assert.Equal("hello", response.Text);
    }

    [Fact]
    public void Default_client_comes_with_its_endpoints()
    {
        _services.AddLlmResilience(llm => llm.AddEndpoint("a", Answers("hello")));
        using var provider = _services.BuildServiceProvider();

        var endpoints = provider.GetRequiredService<LlmEndpoints>();

        Assert.Equal(["a"], NamesOf(endpoints));
        Assert.Same(provider.GetRequiredService<IChatClient>().GetService<LlmEndpoints>(), endpoints);
    }

    [Fact]
    public async Task Named_client_is_keyed_and_leaves_the_default_alone()
    {
        _services.AddLlmResilience("fast", llm => llm.AddEndpoint("f", Answers("fast")));
        await using var provider = _services.BuildServiceProvider();

        var response = await provider.GetRequiredKeyedService<IChatClient>("fast").AskAsync(streaming: false);

        Assert.Equal("fast", response.Text);
        Assert.Null(provider.GetService<IChatClient>());
        Assert.Null(provider.GetService<LlmEndpoints>());
    }

    [Fact]
    public void Named_client_comes_with_its_keyed_endpoints()
    {
        _services.AddLlmResilience(llm => llm.AddEndpoint("a", Answers("a")));
        _services.AddLlmResilience("fast", llm => llm.AddEndpoint("f", Answers("f")));
        _services.AddLlmResilience("slow", llm => llm.AddEndpoint("s", Answers("s")));
        using var provider = _services.BuildServiceProvider();

        Assert.Equal(["a"], NamesOf(provider.GetRequiredService<LlmEndpoints>()));
        Assert.Equal(["f"], NamesOf(provider.GetRequiredKeyedService<LlmEndpoints>("fast")));
        Assert.Equal(["s"], NamesOf(provider.GetRequiredKeyedService<LlmEndpoints>("slow")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    public void Two_calls_of_one_name_add_to_one_client(string name)
    {
        var first = _services.AddLlmResilience(name, llm => llm.AddEndpoint("a", Answers("a")));
        var second = _services.AddLlmResilience(name, llm => llm.AddEndpoint("b", Answers("b")));
        using var provider = _services.BuildServiceProvider();

        Assert.Same(first, second);
        var client = Assert.Single(name.Length == 0 ? provider.GetServices<IChatClient>() : provider.GetKeyedServices<IChatClient>(name));
        Assert.Equal(["a", "b"], NamesOf(client.GetService<LlmEndpoints>()!));
    }

    [Fact]
    public void Configuration_and_code_add_to_one_client_in_the_order_of_the_calls()
    {
        _services.AddLlmResilience(Settings.With()).AddProvider(new TestProvider());
        _services.AddLlmResilience(llm => llm.AddEndpoint("b", Answers("b")));
        using var provider = _services.BuildServiceProvider();

        Assert.Equal(["a", "b"], NamesOf(provider.GetRequiredService<LlmEndpoints>()));
    }

    [Fact]
    public void Named_client_takes_its_own_section()
    {
        _services.AddLlmResilience("fast", Settings.With(("MaxAttempts", "2"))).AddProvider(new TestProvider());
        _services.AddLlmResilience("slow", Settings.With(("MaxAttempts", "9"))).AddProvider(new TestProvider());
        using var provider = _services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<LlmResilienceOptions>>();

        Assert.Equal(2, options.Get("fast").MaxAttempts);
        Assert.Equal(9, options.Get("slow").MaxAttempts);
        Assert.Equal(["a"], NamesOf(provider.GetRequiredKeyedService<LlmEndpoints>("fast")));
    }

    [Fact]
    public async Task Factory_is_given_the_services_of_the_app_once_and_only_when_the_client_is_made()
    {
        var made = 0;
        _services.AddSingleton(Answers("registered"));
        _services.AddLlmResilience(llm => llm.AddEndpoint("a", services =>
        {
            made++;
            return services.GetRequiredService<FakeChatClient>();
        }));
        await using var provider = _services.BuildServiceProvider();
        Assert.Equal(0, made);

        await provider.GetRequiredService<IChatClient>().AskAsync(streaming: false);
        var response = await provider.GetRequiredService<IChatClient>().AskAsync(streaming: false);

        Assert.Equal("registered", response.Text);
        Assert.Equal(1, made);
    }

    [Fact]
    public void Code_has_the_last_word_over_configuration()
    {
        _services.AddLlmResilience(Settings.With(("MaxAttempts", "2"))).AddProvider(new TestProvider()).Configure(options => options.MaxAttempts = 3);
        using var provider = _services.BuildServiceProvider();

        Assert.Equal(3, provider.GetRequiredService<IOptions<LlmResilienceOptions>>().Value.MaxAttempts);
    }

    [Fact]
    public async Task Clock_is_the_registered_one_unless_the_builder_has_its_own()
    {
        var registered = new VirtualTimeProvider();
        var own = new VirtualTimeProvider();
        _services.AddSingleton<TimeProvider>(registered);
        _services.AddLlmResilience(llm => llm.AddEndpoint("a", Answers("a")));
        _services.AddLlmResilience("own", llm => llm.AddEndpoint("a", Answers("a")).TimeProvider = own);
        await using var provider = _services.BuildServiceProvider();

        Assert.Equal(registered.GetUtcNow(), EjectedNow(provider.GetRequiredService<LlmEndpoints>()) - TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        own.Advance(TimeSpan.FromHours(1));
        Assert.Equal(own.GetUtcNow(), EjectedNow(provider.GetRequiredKeyedService<LlmEndpoints>("own")) - TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Null_arguments_are_refused_at_once()
    {
        Assert.Throws<ArgumentNullException>(() => _services.AddLlmResilience((Action<LlmResilienceBuilder>)null!));
        Assert.Throws<ArgumentNullException>(() => _services.AddLlmResilience(null!, llm => { }));
        Assert.Throws<ArgumentNullException>(() => _services.AddLlmResilience(configuration: null!));
        Assert.Throws<ArgumentNullException>(() => _services.AddLlmResilience(llm => llm.AddEndpoint("a", (IChatClient)null!)));
        Assert.Throws<ArgumentException>(() => _services.AddLlmResilience(llm => llm.AddEndpoint(" ", Answers("a"))));
    }

    private static DateTimeOffset EjectedNow(LlmEndpoints endpoints)
    {
        endpoints.Eject("a");
        return endpoints.GetSnapshots()[0].EjectedUntil!.Value;
    }

    private static FakeChatClient Answers(string text) => new(Script.Answer(text));

    private static IEnumerable<string> NamesOf(LlmEndpoints endpoints) => endpoints.GetSnapshots().Select(endpoint => endpoint.Name);
}
