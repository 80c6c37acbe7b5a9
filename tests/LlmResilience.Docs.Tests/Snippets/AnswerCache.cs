using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>Does what a cache of responses does: the same conversation gets the same answer.</summary>
internal sealed class AnswerCache(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    private readonly ConcurrentDictionary<string, ChatResponse> _answers = new(StringComparer.Ordinal);

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> asked = [.. messages];
        var key = string.Join('\n', asked.Select(message => $"{message.Role}: {string.Join(' ', message.Contents.Select(content => content switch
        {
            TextContent text => text.Text,
            FunctionResultContent result => $"{result.Result}",
            _ => content.GetType().Name,
        }))}"));
        if (!_answers.TryGetValue(key, out var answer))
        {
            _answers[key] = answer = await base.GetResponseAsync(asked, options, cancellationToken);
        }

        return answer;
    }
}
