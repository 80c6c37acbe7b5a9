using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic;

/// <summary>Makes an endpoint's client.</summary>
internal static class AnthropicClientFactory
{
    // The SDK tells the server its timeout in a header, and an infinite one as -0.001 seconds.
    private static readonly TimeSpan NoTimeout = TimeSpan.FromDays(1);

    public static IChatClient Create(AnthropicEndpointOptions options, IServiceProvider? services)
    {
        var sdkOptions = new ClientOptions { HttpClient = ProviderHttp.GetClient(services) };
        if (options.Credential is { } credential)
        {
            sdkOptions.Credentials = credential;
        }
        else
        {
            sdkOptions.ApiKey = ApiKey.Find(options.ApiKey, options.ApiKeyEnvironmentVariable);
        }

        sdkOptions = options.ConfigureClient?.Invoke(sdkOptions) ?? sdkOptions;
        if (options.BaseAddress is { } address)
        {
            sdkOptions.BaseUrl = address.AbsoluteUri.TrimEnd('/');
        }

        // After the app's word: one place retries and times out, the endpoint. The SDK would multiply the one and cut the other.
        sdkOptions.MaxRetries = 0;
        sdkOptions.Timeout = NoTimeout;
        sdkOptions.Handlers = [.. sdkOptions.Handlers, new FailedResponseHandler()];

        // Never disposed: that would dispose the HTTP client, which others share.
        var client = new AnthropicClient(sdkOptions);
        return new AnthropicChatClient(client.AsIChatClient(options.ModelId, options.MaxOutputTokens), client);
    }

    public static void Configure(EndpointOptions options, string modelId)
    {
        // Its own, whatever the chain's defaults say: the client was made for it.
        options.ModelId = modelId;

        // The protocol has one in every stream, while the SDK ends a stream that was cut without it as if it were whole.
        if (options.RequireFinishReason == FinishReasonRequirement.Auto)
        {
            options.RequireFinishReason = FinishReasonRequirement.Always;
        }
    }
}
