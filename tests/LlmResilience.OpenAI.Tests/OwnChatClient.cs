using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace LlmResilience.OpenAI.Tests;

/// <summary>A client such as an app or another package builds on the SDK: nothing of this library is in it.</summary>
internal sealed class OwnChatClient(Uri address) : IChatClient
{
    private readonly ChatClient _sdk = new("m", new ApiKeyCredential("k"), new OpenAIClientOptions { Endpoint = address, RetryPolicy = new ClientRetryPolicy(0) });

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatCompletion completion = await _sdk.CompleteChatAsync([new UserChatMessage(messages.Last().Text)], cancellationToken: cancellationToken);
        return new ChatResponse(new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, completion.Content[0].Text));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in _sdk.CompleteChatStreamingAsync([new UserChatMessage(messages.Last().Text)], cancellationToken: cancellationToken))
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, string.Concat(update.ContentUpdate.Select(part => part.Text)));
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
