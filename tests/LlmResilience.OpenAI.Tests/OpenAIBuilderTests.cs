using LlmResilience.Tests;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmResilience.OpenAI.Tests;

public class OpenAIBuilderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_configuration_the_second_answers_for_the_first(bool streaming)
    {
        await using var first = LoopbackServer.Json("""{"error":{"code":"insufficient_quota"}}""", 429);
        await using var second = streaming
            ? LoopbackServer.Events(Wire.Chunk("""{"content":"Hello"}""", "stop"), Wire.Done)
            : LoopbackServer.Json(Wire.Completion);
        var services = new ServiceCollection();
        services.AddLlmResilience(Configuration(
            ("Endpoints:0:Name", "first"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:ModelId", "one"), ("Endpoints:0:ApiKey", "k"),
            ("Endpoints:0:BaseAddress", first.BaseAddress.ToString()),
            ("Endpoints:1:Name", "second"), ("Endpoints:1:Provider", "openai"), ("Endpoints:1:ModelId", "two"), ("Endpoints:1:ApiKey", "k"),
            ("Endpoints:1:BaseAddress", second.BaseAddress.ToString())).GetSection("Llm")).AddOpenAI();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IChatClient>();

        var response = streaming
            ? await client.GetStreamingResponseAsync("Hi", new() { ModelId = "asked" }).ToChatResponseAsync()
            : await client.GetResponseAsync("Hi", new() { ModelId = "asked" });

        Assert.Equal("Hello", response.Text);
        Assert.Contains("\"model\":\"one\"", Assert.Single(first.Requests).Body);
        Assert.Contains("\"model\":\"two\"", Assert.Single(second.Requests).Body);
    }

    [Fact]
    public void A_missing_key_stops_the_start()
    {
        var errors = ErrorsOf(("Endpoints:0:Name", "a"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:ModelId", "m"));

        Assert.Contains("Llm:Endpoints:0:ApiKey is missing", Assert.Single(errors));
    }

    [Fact]
    public void A_missing_model_stops_the_start()
    {
        var errors = ErrorsOf(("EndpointDefaults:ModelId", "default"), ("Endpoints:0:Name", "a"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:ApiKey", "k"));

        Assert.Equal("Llm:Endpoints:0:ModelId is missing: name the model or deployment that this endpoint serves.", Assert.Single(errors));
    }

    [Fact]
    public void What_nobody_reads_stops_the_start()
    {
        var errors = ErrorsOf(
            ("Endpoints:0:Name", "a"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:ApiKey", "k"), ("Endpoints:0:ModelId", "m"),
            ("Endpoints:0:Model", "m"), ("Endpoints:0:Endpoint", "http://localhost:8000/v1"));

        Assert.Equal(
            [
                "Llm:Endpoints:0:Endpoint is not a setting that anything reads; check its spelling.",
                "Llm:Endpoints:0:Model is not a setting that anything reads; check its spelling.",
            ],
            errors.Order());
    }

    [Fact]
    public async Task A_sections_model_wins_over_the_defaults_and_a_reload_that_changes_it_makes_another_endpoint()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        var configuration = Configuration(
            ("EndpointDefaults:ModelId", "default"),
            ("Endpoints:0:Name", "a"), ("Endpoints:0:Provider", "OpenAI"), ("Endpoints:0:ModelId", "one"), ("Endpoints:0:ApiKey", "k"),
            ("Endpoints:0:BaseAddress", server.BaseAddress.ToString()));
        var services = new ServiceCollection();
        services.AddLlmResilience(configuration.GetSection("Llm")).AddOpenAI();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IChatClient>();
        var before = client.GetService<ChatClientMetadata>()!;
        await client.GetResponseAsync("Hi", new() { ModelId = "asked" });

        configuration["Llm:Endpoints:0:ModelId"] = "two";
        configuration.Reload();

        await client.GetResponseAsync("Hi", new() { ModelId = "asked" });
        Assert.Collection(
            server.Requests,
            request => Assert.Contains("\"model\":\"one\"", request.Body),
            request => Assert.Contains("\"model\":\"two\"", request.Body));
        Assert.Equal(("one", "two"), (before.DefaultModelId, client.GetService<ChatClientMetadata>()!.DefaultModelId));
    }

    [Fact]
    public async Task From_code_without_services()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        EndpointOptions? seen = null;
        using var client = new LlmResilienceBuilder()
            .AddOpenAIEndpoint("a", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "k", "m"), endpoint => seen = endpoint)
            .Build();

        Assert.Equal("Hello", (await client.GetResponseAsync("Hi")).Text);
        Assert.Equal("m", seen!.ModelId);
        Assert.Equal("m", client.GetService<ChatClientMetadata>()!.DefaultModelId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_decorator_sees_the_calls_and_the_chain_still_understands_the_failures(bool streaming)
    {
        await using var server = LoopbackServer.Json("""{"error":{"code":"insufficient_quota"}}""", 429);
        var decorators = new List<RecordingDecorator>();
        var client = new LlmResilienceBuilder()
            .AddOpenAIEndpoint(
                "a",
                provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "k", "m"),
                decorate: Decorate)
            .Build();

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.AskAsync(streaming));
        var decorator = Assert.Single(decorators);
        Assert.Equal((1, false), (decorator.CallCount, decorator.IsDisposed));
        client.Dispose();

        Assert.Equal(FailureKind.QuotaExhausted, Assert.Single(exception.Attempts).Kind);
        Assert.True(decorator.IsDisposed);

        RecordingDecorator Decorate(IChatClient inner)
        {
            decorators.Add(new(inner));
            return decorators[^1];
        }
    }

    [Fact]
    public void A_decorator_that_returns_null_stops_the_start()
    {
        var builder = new LlmResilienceBuilder().AddOpenAIEndpoint("a", provider => (provider.ApiKey, provider.ModelId) = ("k", "m"), decorate: _ => null!);

        Assert.Contains("'a'", Assert.Throws<InvalidOperationException>(() => builder.Build()).Message);
    }

    [Fact]
    public void From_code_what_is_wrong_is_said_at_once()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new LlmResilienceBuilder().AddOpenAIEndpoint("a", _ => { }));
        Assert.Equal(2, exception.Failures.Count());
        Assert.All(exception.Failures, f => Assert.StartsWith("Endpoints['a']:", f));
    }

    [Fact]
    public async Task A_client_of_the_apps_own_on_the_SDK_is_understood_at_every_endpoint()
    {
        await using var server = LoopbackServer.Json("""{"error":{"code":"content_filter"}}""", 400);
        using var client = new LlmResilienceBuilder().AddEndpoint("a", new OwnChatClient(server.BaseAddress)).AddOpenAI().Build();

        // The original exception, unwrapped, is what a request gets that is at fault itself.
        await Assert.ThrowsAsync<System.ClientModel.ClientResultException>(() => client.GetResponseAsync("Hi"));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_endpoint_of_ours_makes_the_chain_understand_the_others()
    {
        await using var limited = LoopbackServer.Json("""{"error":{"message":"Please try again in 20s.","code":"rate_limit_exceeded"}}""", 429);
        await using var well = LoopbackServer.Json("""{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}""");
        Failure? seen = null;
        var builder = new LlmResilienceBuilder()
            .AddEndpoint("a", new OwnChatClient(limited.BaseAddress))
            .AddOpenAIEndpoint("b", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (well.BaseAddress, "k", "m"));
        builder.Events.OnFallback = fallback => seen = fallback.Failure;
        using var client = builder.Build();

        await client.GetResponseAsync("Hi");

        Assert.Equal((FailureKind.RateLimited, TimeSpan.FromSeconds(20)), (seen!.Value.Kind, seen.Value.RetryAfter));
    }

    [Fact]
    public async Task Without_the_call_the_log_says_once_which_one_would_understand_the_SDK()
    {
        await using var server = LoopbackServer.Json("""{"error":{"message":"my secret prompt"}}""", 503);
        using var logs = new RecordingLoggerFactory();
        using var client = new LlmResilienceBuilder { LoggerFactory = logs }
            .AddEndpoint("a", new OwnChatClient(server.BaseAddress), e => (e.Retry.MaxRetryAttempts, e.Ejection.ConsecutiveFailureThreshold) = (0, 0))
            .Build();

        for (var i = 0; i < 3; i++)
        {
            var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.GetResponseAsync("Hi"));
            Assert.Equal(FailureKind.Unknown, Assert.Single(failed.Attempts).Kind);
        }

        Assert.Equal(3, logs.Entries.Count(entry => entry.Message.Contains("System.ClientModel.ClientResultException", StringComparison.Ordinal)));
        Assert.Contains("AddOpenAI()", Assert.Single(logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Message.Contains("Unknown", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(logs.Entries, entry => entry.Message.Contains("secret", StringComparison.Ordinal));
    }

    private static IEnumerable<string> ErrorsOf(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(Configuration(settings).GetSection("Llm")).AddOpenAI();
        using var provider = services.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IChatClient>()).Failures;
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings)
        => new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Llm:" + s.Key, (string?)s.Value))).Build();
}
