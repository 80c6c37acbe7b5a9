namespace LlmResilience.Tests.Configuration;

/// <summary>What is wrong with a chain's endpoints apart from the values of their options.</summary>
public sealed class EndpointValidationTests
{
    [Fact]
    public async Task Unknown_provider_is_told_with_those_there_are()
    {
        var failure = await StartUp.FailureAsync(Settings.With(("Endpoints:0:Provider", "OpenIA")));

        Assert.Equal("LlmResilience:Endpoints:0:Provider is 'OpenIA', which is not a provider (known are 'Test').", failure);
    }

    [Fact]
    public async Task Missing_provider_is_told()
    {
        var failure = await StartUp.FailureAsync(Settings.With(("Endpoints:0:Provider", null)));

        Assert.Equal("LlmResilience:Endpoints:0:Provider is missing (known are 'Test').", failure);
    }

    [Fact]
    public async Task Provider_without_any_registered_one_is_told_with_what_to_call()
    {
        var failure = await StartUp.FailureAsync(llm => llm.Bind(Settings.With()));

        Assert.Equal("LlmResilience:Endpoints:0:Provider is 'Test', which is not a provider (no provider is registered; call for example AddOpenAI()).", failure);
    }

    [Fact]
    public async Task Unknown_provider_hides_no_wrong_option()
    {
        var failures = await StartUp.FailuresAsync(Settings.With(("Endpoints:0:Provider", "OpenIA"), ("Endpoints:0:Timeouts:FirstTokn", "1"), ("Endpoints:0:Priority", "-1")));

        Assert.Equal(3, failures.Length);
        Assert.Contains("LlmResilience:Endpoints:0:Timeouts:FirstTokn is not a setting that anything reads; check its spelling.", failures);
        Assert.Contains("LlmResilience:Endpoints:0:Priority is -1; it must be at least 0.", failures);
    }

    [Theory]
    [InlineData("b")]
    [InlineData("B")]
    public async Task Two_endpoints_of_one_name_are_told(string name)
    {
        var failure = await StartUp.FailureAsync(Settings.With([.. Settings.Endpoint(1, "b"), .. Settings.Endpoint(2, name)]));

        Assert.Equal($"LlmResilience:Endpoints:2:Name is '{name}', which another endpoint of the chain has already.", failure);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A")]
    public async Task Endpoint_in_code_with_the_name_of_a_configured_one_is_told(string name)
    {
        var failure = await StartUp.FailureAsync(llm => llm
            .Bind(Settings.With())
            .AddProvider(new TestProvider())
            .AddEndpoint(name, new FakeChatClient()));

        Assert.Equal($"Endpoints['{name}']:Name is '{name}', which another endpoint of the chain has already.", failure);
    }

    [Fact]
    public async Task Configured_endpoint_with_the_name_of_one_in_code_is_told()
    {
        var failure = await StartUp.FailureAsync(llm => llm
            .AddEndpoint("A", new FakeChatClient())
            .Bind(Settings.With())
            .AddProvider(new TestProvider()));

        Assert.Equal("LlmResilience:Endpoints:0:Name is 'a', which another endpoint of the chain has already.", failure);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Endpoint_without_a_name_is_told(string? name)
    {
        var failure = await StartUp.FailureAsync(Settings.With(("Endpoints:0:Name", name)));

        Assert.Equal("LlmResilience:Endpoints:0:Name is missing; every endpoint needs a name.", failure);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Endpoint_without_a_key_is_told_by_its_provider(string? key)
    {
        var failure = await StartUp.FailureAsync(Settings.With(("Endpoints:0:ApiKey", key)));

        Assert.Equal("LlmResilience:Endpoints:0:ApiKey is missing.", failure);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "Endpoints": [] }""")]
    [InlineData("""{ "Endpoints": null }""")]
    [InlineData("""{ "MaxAttempts": 3 }""")]
    public async Task Empty_chain_is_told(string json)
    {
        var failure = await StartUp.FailureAsync(Settings.FromJson(json));

        Assert.Equal("LlmResilience:Endpoints is empty; a chain needs at least one endpoint.", failure);
    }

    [Fact]
    public async Task Empty_chain_in_code_is_told()
        => Assert.Equal("LlmResilience:Endpoints is empty; a chain needs at least one endpoint.", await StartUp.FailureAsync(llm => { }));

    [Fact]
    public async Task Section_that_is_not_there_is_told_by_its_path()
        => Assert.Equal(
            "LlmResilience:Elsewhere:Endpoints is empty; a chain needs at least one endpoint.",
            await StartUp.FailureAsync(Settings.With().GetSection("Elsewhere")));

    [Fact]
    public async Task List_of_endpoints_that_are_only_names_is_told()
    {
        var failures = await StartUp.FailuresAsync(Settings.FromJson("""{ "Endpoints": [ "a" ] }"""));

        Assert.Equal(["LlmResilience:Endpoints:0:Name is missing; every endpoint needs a name.", "LlmResilience:Endpoints:0:Provider is missing (known are 'Test')."], failures);
    }
}
