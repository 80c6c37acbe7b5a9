using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Testing;

/// <summary>Gives the same answer to everything, a word at a time.</summary>
internal sealed class FixedAnswerChatClient : IChatClient
{
    private static readonly ChatClientMetadata Metadata = new("faulty");

    private readonly string[] _tokens;

    public FixedAnswerChatClient(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _tokens = Split(answer);
    }

    /// <summary>Cuts a text into words, each with the space before it.</summary>
    public static string[] Split(string text)
    {
        var words = text.Split(' ');
        return [.. words.Select(static (word, i) => i == 0 ? word : " " + word).Where(static word => word.Length > 0)];
    }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var id = Guid.NewGuid().ToString("N");
        yield return Create(id, []);
        foreach (var token in _tokens)
        {
            // As over a wire, the caller gets its thread back between tokens.
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return Create(id, [new TextContent(token)]);
        }

        var last = Create(id, []);
        last.FinishReason = ChatFinishReason.Stop;
        yield return last;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
    }

    private static ChatResponseUpdate Create(string id, IList<AIContent> contents)
        => new(ChatRole.Assistant, contents) { ResponseId = id, MessageId = id };
}
