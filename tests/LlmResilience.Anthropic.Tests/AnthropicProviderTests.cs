using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.Anthropic.Tests;

public class AnthropicProviderTests
{
    private const string Secret = "sk-ant-secret-value";

    [Theory]
    [InlineData("ModelId=m|ApiKey=k")]
    [InlineData("ModelId=m|ApiKey=none|BaseAddress=http://localhost:4000|MaxOutputTokens=1")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=https://gateway.test/anthropic/")]
    [InlineData("ModelId=m|ApiKey= k\n ")]
    public void Right(string settings) => Assert.Empty(new AnthropicProvider().Validate(Section(settings)));

    [Theory]
    [InlineData("ApiKey=" + Secret, "Root:E:0:ModelId is missing")]
    [InlineData("ModelId=m", "Root:E:0:ApiKey is missing", "Root:E:0:ApiKeyEnvironmentVariable", "'none'")]
    [InlineData("ModelId=m|ApiKey= ", "Root:E:0:ApiKey is missing")]
    [InlineData("ModelId=m|ApiKeyEnvironmentVariable=LLMRESILIENCE_NOT_SET", "Root:E:0:ApiKeyEnvironmentVariable names 'LLMRESILIENCE_NOT_SET', which is not set")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "\nx", "Root:E:0:ApiKey holds a character")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "|BaseAddress=localhost:8000", "Root:E:0:BaseAddress must be", "'localhost:8000'")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "|BaseAddress=ftp://x", "Root:E:0:BaseAddress must be", "'ftp://x'")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "|BaseAddress=", "Root:E:0:BaseAddress must be", "''")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=https://u:" + Secret + "@x", "Root:E:0:BaseAddress holds a user name or password")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=https://x?key=" + Secret, "Root:E:0:BaseAddress holds a query")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=x?key=" + Secret, "Root:E:0:BaseAddress must be", "(not shown)")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=https://api.anthropic.com/v1/", "Root:E:0:BaseAddress ends with the version", "'https://api.anthropic.com/v1/'")]
    [InlineData("ModelId=m|ApiKey=k|MaxOutputTokens=0", "Root:E:0:MaxOutputTokens must be a whole number from 1, but is '0'")]
    [InlineData("ModelId=m|ApiKey=k|MaxOutputTokens=4k", "Root:E:0:MaxOutputTokens must be a whole number from 1, but is '4k'")]
    public void Wrong(string settings, params string[] parts)
    {
        var message = Assert.Single(new AnthropicProvider().Validate(Section(settings)));
        Assert.All(parts, p => Assert.Contains(p, message));
        Assert.DoesNotContain(Secret, message);
    }

    [Fact]
    public void Every_error_has_its_message()
        => Assert.Equal(4, new AnthropicProvider().Validate(Section("BaseAddress=nowhere|MaxOutputTokens=-1")).Count());

    [Fact]
    public async Task The_client_is_made_of_the_section()
    {
        await using var server = await Clients.StartAsync();
        var options = new EndpointOptions();
        using var client = Create($"BaseAddress={server.BaseAddress}|ApiKey=k|ModelId=claude|MaxOutputTokens=77", options);

        Assert.Equal("Hello", (await client.GetResponseAsync("Hi")).Text);

        var request = Assert.Single(server.Requests);
        Assert.Contains("k", request.Headers.GetValueOrDefault("Authorization", request.Headers.GetValueOrDefault("x-api-key", "")));
        Assert.Contains("\"model\":\"claude\"", request.Body);
        Assert.Contains("\"max_tokens\":77", request.Body);
        Assert.Equal("claude", options.ModelId);
    }

    [Fact]
    public void The_sections_model_wins_over_the_defaults()
    {
        var options = new EndpointOptions { ModelId = "default" };
        Create("ApiKey=k|ModelId=own", options).Dispose();
        Assert.Equal("own", options.ModelId);
    }

    [Theory]
    [InlineData(FinishReasonRequirement.Auto, FinishReasonRequirement.Always)]
    [InlineData(FinishReasonRequirement.Never, FinishReasonRequirement.Never)]
    public void What_the_endpoint_requires_already_stays(FinishReasonRequirement requirement, FinishReasonRequirement expected)
    {
        var options = new EndpointOptions { RequireFinishReason = requirement };
        Create("ApiKey=k|ModelId=m", options).Dispose();
        Assert.Equal(expected, options.RequireFinishReason);
    }

    [Fact]
    public void Without_a_base_address_it_is_the_SDKs()
    {
        using var client = Create("ApiKey=k|ModelId=m", new());
        var expected = Environment.GetEnvironmentVariable("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com";
        Assert.Equal(new Uri(expected), client.GetService<ChatClientMetadata>()!.ProviderUri);
    }

    [Fact]
    public void Keys()
    {
        Assert.Equal("Anthropic", new AnthropicProvider().Name);
        Assert.Equal(["BaseAddress", "ApiKey", "ApiKeyEnvironmentVariable", "ModelId", "MaxOutputTokens"], new AnthropicProvider().ConfigurationKeys);
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
