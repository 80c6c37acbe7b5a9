using LlmResilience.Attempts;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.PollyAdapters;

/// <summary>A stream that has been read up to its first token, and hands out again what it has read.</summary>
internal sealed class OpenedStream : IAsyncEnumerator<ChatResponseUpdate>
{
    private readonly CancellationTokenSource _cancellation;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private readonly Queue<ChatResponseUpdate> _held = new();
    private CancellationTokenRegistration _alsoCanceled;

    private OpenedStream(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource cancellation)
    {
        _updates = updates;
        _cancellation = cancellation;
    }

    public ChatResponseUpdate Current { get; private set; } = null!;

    /// <summary>Opens a stream and reads it up to its first token. It ends with its source, which it disposes.</summary>
    public static async ValueTask<OpenedStream> OpenAsync(IAsyncEnumerable<ChatResponseUpdate> stream, CancellationTokenSource cancellation)
    {
        var opened = new OpenedStream(stream.GetAsyncEnumerator(cancellation.Token), cancellation);
        try
        {
            await opened.ReadToFirstTokenAsync().ConfigureAwait(false);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void AlsoCanceledBy(CancellationTokenSource cancellation, CancellationToken token)
        => _alsoCanceled = token.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelQuietly(), cancellation);

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
        await _alsoCanceled.DisposeAsync().ConfigureAwait(false);
        await _updates.DisposeAsync().ConfigureAwait(false);
        _cancellation.Dispose();
    }

    private async ValueTask ReadToFirstTokenAsync()
    {
        while (await _updates.MoveNextAsync().ConfigureAwait(false))
        {
            _held.Enqueue(_updates.Current);
            if (FirstTokenDetector.Inspect(_updates.Current) != FirstTokenSignal.Preamble)
            {
                return;
            }
        }
    }
}
