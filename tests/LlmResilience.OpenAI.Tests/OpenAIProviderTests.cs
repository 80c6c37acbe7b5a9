using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.OpenAI.Tests;

public class OpenAIProviderTests
{
    private const string Secret = "sk-secret-value";

    [Theory]
    [InlineData("Model=m|ApiKey=k")]
    [InlineData("Model=m|ApiKey=none|Endpoint=http://localhost:11434/v1")]
    [InlineData("Model=m|ApiKeyEnvironmentVariable=PATH|Endpoint=https://x.openai.azure.com/openai/v1/")]
    [InlineData("Model=m|ApiKey= k\n ")]
    public void Right(string settings)
        => Assert.DoesNotContain(new OpenAIProvider().Validate(Section(settings)), m => !settings.Contains("PATH") || !m.Contains("holds a character"));

    [Theory]
    [InlineData("ApiKey=" + Secret, "Root:E:0:Model is missing")]
    [InlineData("Model=m", "Root:E:0:ApiKey is missing", "Root:E:0:ApiKeyEnvironmentVariable", "'none'")]
    [InlineData("Model=m|ApiKey= ", "Root:E:0:ApiKey is missing")]
    [InlineData("Model=m|ApiKeyEnvironmentVariable=LLMRESILIENCE_NOT_SET", "Root:E:0:ApiKeyEnvironmentVariable names 'LLMRESILIENCE_NOT_SET', which is not set")]
    [InlineData("Model=m|ApiKey=" + Secret + "\nx", "Root:E:0:ApiKey holds a character")]
    [InlineData("Model=m|ApiKey=" + Secret + "|Endpoint=localhost:8000", "Root:E:0:Endpoint must be", "'localhost:8000'")]
    [InlineData("Model=m|ApiKey=" + Secret + "|Endpoint=ftp://x/v1", "Root:E:0:Endpoint must be", "'ftp://x/v1'")]
    [InlineData("Model=m|ApiKey=" + Secret + "|Endpoint=", "Root:E:0:Endpoint must be", "''")]
    [InlineData("Model=m|ApiKey=k|Endpoint=https://u:" + Secret + "@x/v1", "Root:E:0:Endpoint holds a user name or password")]
    [InlineData("Model=m|ApiKey=k|Endpoint=x/v1?key=" + Secret, "Root:E:0:Endpoint must be", "(not shown)")]
    public void Wrong(string settings, params string[] parts)
    {
        var message = Assert.Single(new OpenAIProvider().Validate(Section(settings)));
        Assert.All(parts, p => Assert.Contains(p, message));
        Assert.DoesNotContain(Secret, message);
    }

    [Fact]
    public void Every_error_has_its_message()
        => Assert.Equal(3, new OpenAIProvider().Validate(Section("Endpoint=nowhere")).Count());

    [Fact]
    public async Task The_client_is_made_of_the_section()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        var options = new EndpointOptions();
        new OpenAIProvider().Configure(Section("ApiKey=k|Model=qwen"), options);
        using var client = new OpenAIProvider().CreateClient("e", Section($"Endpoint={server.Endpoint}/|ApiKey=k|Model=qwen"), options, services: new ServiceCollection().BuildServiceProvider());

        await client.GetResponseAsync("Hi");

        var (head, body) = Assert.Single(server.Requests);
        Assert.StartsWith("POST /v1/chat/completions ", head);
        Assert.Contains("Authorization: Bearer k\r\n", head + "\r\n");
        Assert.Contains("\"model\":\"qwen\"", body);
        Assert.Equal("qwen", options.ModelId);
    }

    [Fact]
    public void A_model_that_the_endpoint_has_already_stays()
    {
        var options = new EndpointOptions { ModelId = "mine" };
        new OpenAIProvider().Configure(Section("ApiKey=k|Model=m"), options);
        Assert.Equal("mine", options.ModelId);
    }

    [Fact]
    public void Keys()
    {
        Assert.Equal("OpenAI", new OpenAIProvider().Name);
        Assert.Equal(["Endpoint", "ApiKey", "ApiKeyEnvironmentVariable", "Model"], new OpenAIProvider().ConfigurationKeys);
    }

    private static IConfigurationSection Section(string settings)
        => new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Split('|').Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create($"Root:E:0:{p[0]}", (string?)p[1])))
            .Build().GetSection("Root:E:0");
}
