using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.OpenAI.Tests;

public class OpenAIProviderTests
{
    private const string Secret = "sk-secret-value";

    [Theory]
    [InlineData("ModelId=m|ApiKey=k")]
    [InlineData("ModelId=m|ApiKey=none|BaseAddress=http://localhost:11434/v1")]
    [InlineData("ModelId=m|ApiKeyEnvironmentVariable=PATH|BaseAddress=https://x.openai.azure.com/openai/v1/")]
    [InlineData("ModelId=m|ApiKey= k\n ")]
    public void Right(string settings)
        => Assert.DoesNotContain(new OpenAIProvider().Validate(Section(settings)), m => !settings.Contains("PATH") || !m.Contains("holds a character"));

    [Theory]
    [InlineData("ApiKey=" + Secret, "Root:E:0:ModelId is missing")]
    [InlineData("ModelId=m", "Root:E:0:ApiKey is missing", "Root:E:0:ApiKeyEnvironmentVariable", "'none'")]
    [InlineData("ModelId=m|ApiKey= ", "Root:E:0:ApiKey is missing")]
    [InlineData("ModelId=m|ApiKeyEnvironmentVariable=LLMRESILIENCE_NOT_SET", "Root:E:0:ApiKeyEnvironmentVariable names 'LLMRESILIENCE_NOT_SET', which is not set")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "\nx", "Root:E:0:ApiKey holds a character")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "|BaseAddress=localhost:8000", "Root:E:0:BaseAddress must be", "'localhost:8000'")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "|BaseAddress=ftp://x/v1", "Root:E:0:BaseAddress must be", "'ftp://x/v1'")]
    [InlineData("ModelId=m|ApiKey=" + Secret + "|BaseAddress=", "Root:E:0:BaseAddress must be", "''")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=https://u:" + Secret + "@x/v1", "Root:E:0:BaseAddress holds a user name or password")]
    [InlineData("ModelId=m|ApiKey=k|BaseAddress=x/v1?key=" + Secret, "Root:E:0:BaseAddress must be", "(not shown)")]
    public void Wrong(string settings, params string[] parts)
    {
        var message = Assert.Single(new OpenAIProvider().Validate(Section(settings)));
        Assert.All(parts, p => Assert.Contains(p, message));
        Assert.DoesNotContain(Secret, message);
    }

    [Fact]
    public void Every_error_has_its_message()
        => Assert.Equal(3, new OpenAIProvider().Validate(Section("BaseAddress=nowhere")).Count());

    [Fact]
    public async Task The_client_is_made_of_the_section()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        var options = new EndpointOptions();
        new OpenAIProvider().Configure(Section("ApiKey=k|ModelId=qwen"), options);
        using var client = new OpenAIProvider().CreateClient("e", Section($"BaseAddress={server.BaseAddress}/|ApiKey=k|ModelId=qwen"), options, services: new ServiceCollection().BuildServiceProvider());

        await client.GetResponseAsync("Hi");

        var (head, body) = Assert.Single(server.Requests);
        Assert.StartsWith("POST /v1/chat/completions ", head);
        Assert.Contains("Authorization: Bearer k\r\n", head + "\r\n");
        Assert.Contains("\"model\":\"qwen\"", body);
        Assert.Equal("qwen", options.ModelId);
    }

    [Fact]
    public void The_sections_model_wins_over_the_defaults()
    {
        var options = new EndpointOptions { ModelId = "default" };
        new OpenAIProvider().Configure(Section("ApiKey=k|ModelId=own"), options);
        Assert.Equal("own", options.ModelId);
    }

    [Fact]
    public void Keys()
    {
        Assert.Equal("OpenAI", new OpenAIProvider().Name);
        Assert.Equal(["BaseAddress", "ApiKey", "ApiKeyEnvironmentVariable", "ModelId"], new OpenAIProvider().ConfigurationKeys);
    }

    private static IConfigurationSection Section(string settings)
        => new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Split('|').Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create($"Root:E:0:{p[0]}", (string?)p[1])))
            .Build().GetSection("Root:E:0");
}
