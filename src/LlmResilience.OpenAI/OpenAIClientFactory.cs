using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using SdkChatClient = OpenAI.Chat.ChatClient;

namespace LlmResilience.OpenAI;

/// <summary>Makes an endpoint's client.</summary>
internal static class OpenAIClientFactory
{
    public static IChatClient Create(OpenAIEndpointOptions options, IServiceProvider? services, TimeProvider? timeProvider = null)
        => new OpenAIChatClient(
            CreateSdkClient(options, services),
            options.BaseAddress!,
            options.ModelId!,
            timeProvider ?? services?.GetService<TimeProvider>() ?? TimeProvider.System);

    public static SdkChatClient CreateSdkClient(OpenAIEndpointOptions options, IServiceProvider? services)
    {
        var sdkOptions = new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(ProviderHttp.GetClient(services)),
            // Off unless asked for already; said here so that an SDK's new default cannot put prompts into logs.
            ClientLoggingOptions = new ClientLoggingOptions { EnableMessageContentLogging = false },
        };
        options.ConfigureClient?.Invoke(sdkOptions);
        sdkOptions.Endpoint = options.BaseAddress;
        // After the app's word: one place retries and times out, the endpoint. The SDK would multiply the one and cut the other.
        sdkOptions.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        sdkOptions.NetworkTimeout = Timeout.InfiniteTimeSpan;
        return options.Credential is { } credential
            ? Create(options.ModelId!, credential, sdkOptions)
            : new SdkChatClient(options.ModelId, new ApiKeyCredential(ApiKey.Find(options.ApiKey, options.ApiKeyEnvironmentVariable)!), sdkOptions);
    }

    public static void Configure(EndpointOptions options, string modelId)
    {
        // Its own, whatever the chain's defaults say: the client was made for it.
        options.ModelId = modelId;
    }

    // A method of its own, so that an SDK that takes its constructor back would hurt nobody who has a key.
#pragma warning disable OPENAI001 // For evaluation only, says the SDK; there is no other way in for a token that expires.
    private static SdkChatClient Create(string modelId, AuthenticationPolicy credential, OpenAIClientOptions options) => new(modelId, credential, options);
#pragma warning restore OPENAI001
}
