using Microsoft.Extensions.AI;

namespace LlmResilience.Tests;

/// <summary>What an app may put around an endpoint's client: hands everything on, and knows what it has seen.</summary>
public sealed class RecordingDecorator(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public int CallCount { get; private set; }

    public bool IsDisposed { get; private set; }

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        CallCount++;
        return base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        CallCount++;
        return base.GetStreamingResponseAsync(messages, options, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
