using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A stream that has been read up to its first token, and hands out again what it has read.</summary>
internal sealed class OpenedStream : IAsyncEnumerator<ChatResponseUpdate>
{
    private readonly CancellationTokenSource _cancellation;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private readonly Queue<ChatResponseUpdate> _held = new();

    private OpenedStream(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource cancellation)
    {
        _updates = updates;
        _cancellation = cancellation;
    }

    public delegate IAsyncEnumerable<ChatResponseUpdate> Opener(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken);

    public ChatResponseUpdate Current { get; private set; } = null!;

    /// <summary>Opens a stream and reads it up to its first token.</summary>
    /// <param name="open">Asks the client.</param>
    /// <param name="messages">The prompt.</param>
    /// <param name="options">The options.</param>
    /// <param name="streamToken">Cancels the stream for as long as it lives.</param>
    /// <param name="openingToken">Cancels it only until its first token.</param>
    public static async ValueTask<OpenedStream> OpenAsync(
        Opener open, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken streamToken, CancellationToken openingToken)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(streamToken);
        OpenedStream? stream = null;
        try
        {
            using (openingToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), cancellation))
            {
                stream = new OpenedStream(open(messages, options, cancellation.Token).GetAsyncEnumerator(cancellation.Token), cancellation);
                await stream.ReadToFirstTokenAsync().ConfigureAwait(false);
            }

            // Polly's own timeout maps a cancellation to its exception only if it still sees one.
            openingToken.ThrowIfCancellationRequested();
            return stream;
        }
        catch
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            cancellation.Dispose();
            throw;
        }
    }

    public async ValueTask<bool> MoveNextAsync()
    {
        if (_held.TryDequeue(out var held))
        {
            Current = held;
            return true;
        }

        if (!await _updates.MoveNextAsync().ConfigureAwait(false))
        {
            return false;
        }

        Current = _updates.Current;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _updates.DisposeAsync().ConfigureAwait(false);
        _cancellation.Dispose();
    }

    private async ValueTask ReadToFirstTokenAsync()
    {
        while (await _updates.MoveNextAsync().ConfigureAwait(false))
        {
            _held.Enqueue(_updates.Current);
            if (FirstToken.Inspect(_updates.Current) != FirstTokenSignal.Preamble)
            {
                return;
            }
        }
    }
}
