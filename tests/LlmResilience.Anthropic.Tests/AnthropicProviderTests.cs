using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.Anthropic.Tests;

public class AnthropicProviderTests
{
    private const string Secret = "sk-ant-secret-value";

    [Theory]
    [InlineData("Model=m|ApiKey=k")]
    [InlineData("Model=m|ApiKey=none|Endpoint=http://localhost:4000|MaxOutputTokens=1")]
    [InlineData("Model=m|ApiKey=k|Endpoint=https://gateway.test/anthropic/")]
    [InlineData("Model=m|ApiKey= k\n ")]
    public void Right(string settings) => Assert.Empty(new AnthropicProvider().Validate(Section(settings)));

    [Theory]
    [InlineData("ApiKey=" + Secret, "Root:E:0:Model is missing")]
    [InlineData("Model=m", "Root:E:0:ApiKey is missing", "Root:E:0:ApiKeyEnvironmentVariable", "'none'")]
    [InlineData("Model=m|ApiKey= ", "Root:E:0:ApiKey is missing")]
    [InlineData("Model=m|ApiKeyEnvironmentVariable=LLMRESILIENCE_NOT_SET", "Root:E:0:ApiKeyEnvironmentVariable names 'LLMRESILIENCE_NOT_SET', which is not set")]
    [InlineData("Model=m|ApiKey=" + Secret + "\nx", "Root:E:0:ApiKey holds a character")]
    [InlineData("Model=m|ApiKey=" + Secret + "|Endpoint=localhost:8000", "Root:E:0:Endpoint must be", "'localhost:8000'")]
    [InlineData("Model=m|ApiKey=" + Secret + "|Endpoint=ftp://x", "Root:E:0:Endpoint must be", "'ftp://x'")]
    [InlineData("Model=m|ApiKey=" + Secret + "|Endpoint=", "Root:E:0:Endpoint must be", "''")]
    [InlineData("Model=m|ApiKey=k|Endpoint=https://u:" + Secret + "@x", "Root:E:0:Endpoint holds a user name or password")]
    [InlineData("Model=m|ApiKey=k|Endpoint=https://x?key=" + Secret, "Root:E:0:Endpoint holds a query")]
    [InlineData("Model=m|ApiKey=k|Endpoint=x?key=" + Secret, "Root:E:0:Endpoint must be", "(not shown)")]
    [InlineData("Model=m|ApiKey=k|Endpoint=https://api.anthropic.com/v1/", "Root:E:0:Endpoint ends with the version", "'https://api.anthropic.com/v1/'")]
    [InlineData("Model=m|ApiKey=k|MaxOutputTokens=0", "Root:E:0:MaxOutputTokens must be a whole number from 1, but is '0'")]
    [InlineData("Model=m|ApiKey=k|MaxOutputTokens=4k", "Root:E:0:MaxOutputTokens must be a whole number from 1, but is '4k'")]
    public void Wrong(string settings, params string[] parts)
    {
        var message = Assert.Single(new AnthropicProvider().Validate(Section(settings)));
        Assert.All(parts, p => Assert.Contains(p, message));
        Assert.DoesNotContain(Secret, message);
    }

    [Fact]
    public void Every_error_has_its_message()
        => Assert.Equal(4, new AnthropicProvider().Validate(Section("Endpoint=nowhere|MaxOutputTokens=-1")).Count());

    [Fact]
    public async Task The_client_is_made_of_the_section()
    {
        await using var server = await Clients.StartAsync();
        var options = new EndpointOptions();
        using var client = Create($"Endpoint={server.BaseAddress}|ApiKey=k|Model=claude|MaxOutputTokens=77", options);

        Assert.Equal("Hello", (await client.GetResponseAsync("Hi")).Text);

        var request = Assert.Single(server.Requests);
        Assert.Contains("k", request.Headers.GetValueOrDefault("Authorization", request.Headers.GetValueOrDefault("x-api-key", "")));
        Assert.Contains("\"model\":\"claude\"", request.Body);
        Assert.Contains("\"max_tokens\":77", request.Body);
        Assert.Equal("claude", options.ModelId);
    }

    [Theory]
    [InlineData(FinishReasonRequirement.Auto, FinishReasonRequirement.Always)]
    [InlineData(FinishReasonRequirement.Never, FinishReasonRequirement.Never)]
    public void What_the_endpoint_has_already_stays(FinishReasonRequirement requirement, FinishReasonRequirement expected)
    {
        var options = new EndpointOptions { ModelId = "mine", RequireFinishReason = requirement };
        Create("ApiKey=k|Model=m", options).Dispose();
        Assert.Equal(("mine", expected), (options.ModelId, options.RequireFinishReason));
    }

    [Fact]
    public void Without_an_endpoint_it_is_the_SDKs()
    {
        using var client = Create("ApiKey=k|Model=m", new());
        var expected = Environment.GetEnvironmentVariable("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com";
        Assert.Equal(new Uri(expected), client.GetService<ChatClientMetadata>()!.ProviderUri);
    }

    [Fact]
    public void Keys()
    {
        Assert.Equal("Anthropic", new AnthropicProvider().Name);
        Assert.Equal(["Endpoint", "ApiKey", "ApiKeyEnvironmentVariable", "Model", "MaxOutputTokens"], new AnthropicProvider().ConfigurationKeys);
    }

    private static IChatClient Create(string settings, EndpointOptions options)
    {
        var provider = new AnthropicProvider();
        provider.Configure(Section(settings), options);
        return provider.CreateClient("e", Section(settings), options, new ServiceCollection().BuildServiceProvider());
    }

    private static IConfigurationSection Section(string settings)
        => new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Split('|').Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create($"Root:E:0:{p[0]}", (string?)p[1])))
            .Build().GetSection("Root:E:0");
}
