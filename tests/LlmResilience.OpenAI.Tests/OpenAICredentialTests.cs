using System.ClientModel;
using System.ClientModel.Primitives;
using LlmResilience.TestUtils;
using Microsoft.Extensions.Options;

namespace LlmResilience.OpenAI.Tests;

/// <summary>What an app gives to the SDK itself: who asks, and the steps of its pipeline.</summary>
public class OpenAICredentialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_credential_of_the_app_is_asked_at_every_request(bool streaming)
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        using var client = Build(server, provider => provider.Credential = new RotatingToken());

        await client.AskAsync(streaming);
        await client.AskAsync(streaming);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], server.Requests.Select(request => HeaderOf(request.Head, "Authorization")));
    }

    [Fact]
    public async Task A_key_that_the_app_updates_is_used_from_the_next_request_on()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        var key = new ApiKeyCredential("old");
        using var client = Build(server, provider => provider.Credential = ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(key, "api-key"));

        await client.AskAsync(streaming: false);
        key.Update("new");
        await client.AskAsync(streaming: false);

        Assert.Equal(["old", "new"], server.Requests.Select(request => HeaderOf(request.Head, "api-key")));
        Assert.All(server.Requests, request => Assert.Null(HeaderOf(request.Head, "Authorization")));
    }

    [Fact]
    public async Task A_policy_of_the_app_takes_part_in_every_request()
    {
        await using var server = LoopbackServer.Json(Wire.Completion);
        using var client = Build(server, provider =>
        {
            provider.ApiKey = "k";
            provider.ConfigureClient = options =>
            {
                options.AddPolicy(new AddHeader("X-Team", "search"), PipelinePosition.PerCall);
                options.OrganizationId = "org-1";
            };
        });

        await client.AskAsync(streaming: false);

        var head = Assert.Single(server.Requests).Head;
        Assert.Equal(("search", "org-1", "Bearer k"), (HeaderOf(head, "X-Team"), HeaderOf(head, "OpenAI-Organization"), HeaderOf(head, "Authorization")));
    }

    [Fact]
    public async Task Address_retries_and_timeouts_stay_the_endpoints_whatever_the_app_changes()
    {
        await using var server = LoopbackServer.Json("{}", 500);
        TimeSpan? timeout = null;
        using var client = Build(server, provider =>
        {
            provider.ApiKey = "k";
            provider.ConfigureClient = options =>
            {
                options.RetryPolicy = new ClientRetryPolicy(maxRetries: 5);
                options.NetworkTimeout = TimeSpan.FromMilliseconds(1);
                options.Endpoint = new Uri("http://127.0.0.1:9/v1");
                options.AddPolicy(new ReadTimeout(seen => timeout = seen), PipelinePosition.BeforeTransport);
            };
        });

        await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.AskAsync(streaming: false));

        Assert.Single(server.Requests);
        Assert.Equal(Timeout.InfiniteTimeSpan, timeout);
    }

    [Fact]
    public void A_key_beside_a_credential_is_told()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new LlmResilienceBuilder().AddOpenAIEndpoint("a", provider =>
        {
            (provider.ModelId, provider.ApiKey) = ("m", "k");
            provider.Credential = new RotatingToken();
        }));

        Assert.Equal("Endpoints['a']:Credential is set beside an ApiKey: leave one of them out.", Assert.Single(exception.Failures));
    }

    private static ResilientChatClient Build(LoopbackServer server, Action<OpenAIEndpointOptions> configure)
        => new LlmResilienceBuilder()
            .AddOpenAIEndpoint(
                "a",
                provider =>
                {
                    (provider.BaseAddress, provider.ModelId) = (server.BaseAddress, "m");
                    configure(provider);
                },
                endpoint => endpoint.Retry.MaxRetryAttempts = 0)
            .Build();

    private static string? HeaderOf(string head, string name)
        => head.Split("\r\n").SingleOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>As <see cref="BearerTokenPolicy"/>, which sends tokens over TLS only, does with tokens that have expired when the next request comes.</summary>
    private sealed class RotatingToken : AuthenticationPolicy
    {
        private int _count;

        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
            => throw new NotSupportedException("No request is sent synchronously.");

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("Authorization", $"Bearer token-{++_count}");
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }

    private sealed class AddHeader(string name, string value) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
            => throw new NotSupportedException("No request is sent synchronously.");

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set(name, value);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }

    private sealed class ReadTimeout(Action<TimeSpan?> read) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
            => throw new NotSupportedException("No request is sent synchronously.");

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            read(message.NetworkTimeout);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
