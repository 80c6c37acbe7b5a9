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
        => new OpenAIChatClient(CreateSdkClient(options, services), options.Endpoint!, options.Model!);

    public static SdkChatClient CreateSdkClient(OpenAIEndpointOptions options, IServiceProvider? services)
    {
        var sdkOptions = new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            // One place retries and times out: the endpoint. The SDK would multiply the one and cut the other.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            Transport = new HttpClientPipelineTransport(ProviderHttp.GetClient(services)),
            // Off unless asked for already; said here so that an SDK's new default cannot put prompts into logs.
            ClientLoggingOptions = new ClientLoggingOptions { EnableMessageContentLogging = false },
        };
        return new SdkChatClient(options.Model, new ApiKeyCredential(ApiKey.Find(options.ApiKey, options.ApiKeyEnvironmentVariable)!), sdkOptions);
    }

    public static void Configure(EndpointOptions options, string? model)
    {
        options.ModelId ??= model;
        options.AddOpenAIFailures();
    }
}
