using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>Does what telemetry does: takes note of every call that it sees, and how it ended.</summary>
internal sealed class AttemptCounter(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public int Succeeded { get; private set; }

    public int Failed { get; private set; }

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken);
            Succeeded++;
            return response;
        }
        catch
        {
            Failed++;
            throw;
        }
    }
}
