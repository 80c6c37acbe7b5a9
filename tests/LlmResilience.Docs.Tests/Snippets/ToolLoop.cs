using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>Does what function invocation does: runs the tools that an answer asks for and sends the results back.</summary>
internal sealed class ToolLoop(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> conversation = [.. messages];
        while (true)
        {
            var response = await base.GetResponseAsync(conversation, options, cancellationToken);
            var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
            {
                return response;
            }

            conversation.AddMessages(response);
            foreach (var call in calls)
            {
                var tool = options!.Tools!.OfType<AIFunction>().Single(tool => tool.Name == call.Name);
                conversation.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, await tool.InvokeAsync(new(call.Arguments), cancellationToken))]));
            }
        }
    }
}
