using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using SdkChatClient = OpenAI.Chat.ChatClient;

namespace LlmResilience.OpenAI;

/// <summary>Chat completions through the SDK's client: its pipeline, authentication and exceptions, our reading and writing of the JSON.</summary>
/// <remarks>
/// The SDK's own reading throws for a finish reason, role or tool type that it does not know, for counts that are null and for an error
/// in a response of status 200, with exceptions that look like the app's mistakes. Compatible servers send all of these.
/// </remarks>
internal sealed partial class OpenAIChatClient : IChatClient, IModelListProbe
{
    private readonly SdkChatClient _client;
    private readonly Uri _endpoint;
    private readonly ChatClientMetadata _metadata;

    public OpenAIChatClient(SdkChatClient client, Uri endpoint, string model, TimeProvider timeProvider)
    {
        _client = client;
        _endpoint = endpoint;
        _metadata = new("openai", endpoint, model);
        Model = model;
        TimeProvider = timeProvider;
        MaxTokensName = KnowsMaxCompletionTokens(endpoint.Host) ? "max_completion_tokens" : "max_tokens";
    }

    public string Model { get; }

    public TimeProvider TimeProvider { get; }

    /// <summary>OpenAI's reasoning models refuse the old name, most compatible servers do not know the new one.</summary>
    public string MaxTokensName { get; }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var content = ChatRequest.Create(this, messages, options, streaming: false);
        var result = await _client.CompleteChatAsync(content, new RequestOptions { CancellationToken = cancellationToken }).ConfigureAwait(false);
        return ChatResponseReader.Read(result.GetRawResponse().Content, result);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_client) ? _client
            : null;
    }

    // The connections belong to the process or to the app's services.
    public void Dispose()
    {
    }

    private static bool KnowsMaxCompletionTokens(string host)
        => host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase);
}
