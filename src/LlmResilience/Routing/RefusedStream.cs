using Microsoft.Extensions.AI;

namespace LlmResilience.Routing;

/// <summary>The stream of a request that was sent to nobody: each of its enumerations says why.</summary>
internal sealed class RefusedStream(Exception exception) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
{
    public ChatResponseUpdate Current => null!;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync() => ValueTask.FromException<bool>(exception);

    public ValueTask DisposeAsync() => default;
}
