using Microsoft.Extensions.AI;

namespace LlmResilience.TestUtils;

/// <summary>Asks in either mode, so that one theory proves both.</summary>
public static class ChatClientModes
{
    public static async Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, string prompt = "hi", ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> messages = [new(ChatRole.User, prompt)];
        return streaming
            ? await client.GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(CancellationToken.None)
            : await client.GetResponseAsync(messages, options, cancellationToken);
    }

    /// <summary>The updates that arrived, and the exception that ended them.</summary>
    public static async Task<(List<ChatResponseUpdate> Updates, Exception? Exception)> CollectAsync(this IAsyncEnumerable<ChatResponseUpdate> stream)
    {
        List<ChatResponseUpdate> updates = [];
        try
        {
            await foreach (var update in stream)
            {
                updates.Add(update);
            }

            return (updates, null);
        }
        catch (Exception exception)
        {
            return (updates, exception);
        }
    }
}
