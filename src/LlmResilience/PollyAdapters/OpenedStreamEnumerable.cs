using Microsoft.Extensions.AI;

namespace LlmResilience.PollyAdapters;

/// <summary>A stream that has been opened already, to be enumerated once.</summary>
internal sealed class OpenedStreamEnumerable(OpenedStream stream, CancellationTokenSource cancellation) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncDisposable
{
    private int _taken;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
        {
            throw new InvalidOperationException("The stream can be enumerated once, since its first token has been read already. Execute the pipeline again for another one.");
        }

        stream.AlsoCanceledBy(cancellation, cancellationToken);
        return stream;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
