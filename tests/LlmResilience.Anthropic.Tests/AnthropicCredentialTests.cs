using Anthropic.Credentials;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.Options;

namespace LlmResilience.Anthropic.Tests;

/// <summary>What an app gives to the SDK itself: who asks, and the steps of its pipeline.</summary>
public class AnthropicCredentialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_that_expires_is_asked_for_anew(bool streaming)
    {
        await using var server = await Clients.StartAsync();
        var seen = new RecordHeaders();
        using var client = Build(server, provider =>
        {
            provider.Credential = new ShortTokens();
            provider.ConfigureClient = options => options with { Handlers = [seen] };
        });

        await client.AskAsync(streaming);
        await client.AskAsync(streaming);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], seen.Authorizations);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_handler_of_the_app_takes_part_in_every_request_and_what_failed_is_still_understood()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.Status(402));
        var seen = new RecordHeaders();
        using var client = Build(server, provider =>
        {
            provider.ApiKey = "k";
            provider.ConfigureClient = options =>
            {
                options.Handlers = [seen];
                options.ExtraHeaders = new Dictionary<string, string> { ["X-Team"] = "search" };
                return options;
            };
        });

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.AskAsync(streaming: false));

        Assert.Equal(FailureKind.QuotaExhausted, Assert.Single(failed.Attempts).Kind);
        Assert.Equal("search", Assert.Single(seen.Teams));
    }

    [Fact]
    public async Task Address_retries_and_timeouts_stay_the_endpoints_whatever_the_app_changes()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.Status(500));
        using var client = Build(server, provider =>
        {
            provider.ApiKey = "k";
            provider.ConfigureClient = options => options with { MaxRetries = 5, Timeout = TimeSpan.FromMilliseconds(1), BaseUrl = "http://127.0.0.1:9" };
        });

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.AskAsync(streaming: false));

        Assert.Equal(FailureKind.ServerError, Assert.Single(failed.Attempts).Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_key_beside_a_credential_is_told()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new LlmResilienceBuilder().AddAnthropicEndpoint(
            "a", provider => (provider.ModelId, provider.ApiKey, provider.Credential) = ("m", "k", new ShortTokens())));

        Assert.Equal("Endpoints['a']:Credential is set beside an ApiKey: leave one of them out.", Assert.Single(exception.Failures));
    }

    private static ResilientChatClient Build(SimulatedAnthropicServer server, Action<AnthropicEndpointOptions> configure)
        => new LlmResilienceBuilder()
            .AddAnthropicEndpoint(
                "a",
                provider =>
                {
                    (provider.BaseAddress, provider.ModelId) = (server.BaseAddress, "m");
                    configure(provider);
                },
                endpoint => endpoint.Retry.MaxRetryAttempts = 0)
            .Build();

    /// <summary>Gives out tokens each of which has expired already when the next request asks.</summary>
    private sealed class ShortTokens : IAccessTokenProvider
    {
        private int _count;

        public ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellationToken = default)
            => new(new AccessToken($"token-{Interlocked.Increment(ref _count)}", DateTimeOffset.UtcNow.ToUnixTimeSeconds()));

        public void Dispose()
        {
        }
    }

    private sealed class RecordHeaders : DelegatingHandler
    {
        public List<string?> Authorizations { get; } = [];

        public List<string> Teams { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorizations.Add(request.Headers.Authorization?.ToString());
            if (request.Headers.TryGetValues("X-Team", out var teams))
            {
                Teams.AddRange(teams);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
