using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using SdkChatClient = OpenAI.Chat.ChatClient;

namespace LlmResilience.OpenAI;

/// <summary>Makes an endpoint's client.</summary>
internal static class OpenAIClientFactory
{
    public static IChatClient Create(OpenAIEndpointOptions options, IServiceProvider? services)
        => new OpenAIChatClient(CreateSdkClient(options, services), options.BaseAddress!, options.ModelId!);

    public static SdkChatClient CreateSdkClient(OpenAIEndpointOptions options, IServiceProvider? services)
    {
        var sdkOptions = new OpenAIClientOptions
        {
            Endpoint = options.BaseAddress,
            // One place retries and times out: the endpoint. The SDK would multiply the one and cut the other.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            Transport = new HttpClientPipelineTransport(ProviderHttp.GetClient(services)),
            // Off unless asked for already; said here so that an SDK's new default cannot put prompts into logs.
            ClientLoggingOptions = new ClientLoggingOptions { EnableMessageContentLogging = false },
        };
        return new SdkChatClient(options.ModelId, new ApiKeyCredential(ApiKey.Find(options.ApiKey, options.ApiKeyEnvironmentVariable)!), sdkOptions);
    }

    public static void Configure(EndpointOptions options, string modelId)
    {
        // Its own, whatever the chain's defaults say: the client was made for it.
        options.ModelId = modelId;
    }
}
