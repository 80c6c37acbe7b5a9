using LlmResilience.Attempts;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.PollyAdapters;

/// <summary>A stream that has been read up to its first token, and hands out again what it has read.</summary>
internal sealed class OpenedStream : IAsyncEnumerator<ChatResponseUpdate>
{
    // Updates that are there at once keep the thread; so often it is given back, so that timeouts around the stream are met.
    private const int UpdatesBetweenYields = 64;

    private readonly CancellationTokenSource _cancellation;
    private readonly Action<Exception>? _onReleaseFailed;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private Preamble _preamble;
    private ChatResponseUpdate? _firstToken;
    private CancellationTokenRegistration _alsoCanceled;

    private OpenedStream(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource cancellation, Action<Exception>? onReleaseFailed)
    {
        _updates = updates;
        _cancellation = cancellation;
        _onReleaseFailed = onReleaseFailed;
    }

    public ChatResponseUpdate Current { get; private set; } = null!;

    /// <summary>Opens a stream and reads it up to its first token. It ends with its source, which is disposed then.</summary>
    public static async ValueTask<OpenedStream> OpenAsync(
        IAsyncEnumerable<ChatResponseUpdate> stream, CancellationTokenSource cancellation, Action<Exception>? onReleaseFailed = null)
    {
        var opened = new OpenedStream(stream.GetAsyncEnumerator(cancellation.Token), cancellation, onReleaseFailed);
        try
        {
            await opened.ReadToFirstTokenAsync().ConfigureAwait(false);
            return opened;
        }
        catch
        {
            opened.Release();
            throw;
        }
    }

    public void AlsoCanceledBy(CancellationTokenSource cancellation, CancellationToken token)
        => _alsoCanceled = token.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelQuietly(), cancellation);

    public async ValueTask<bool> MoveNextAsync()
    {
        if (!_preamble.IsEmpty)
        {
            Current = _preamble.TakeNext();
            return true;
        }

        if (_firstToken is { } firstToken)
        {
            (Current, _firstToken) = (firstToken, null);
            return true;
        }

        if (!await _updates.MoveNextAsync().ConfigureAwait(false))
        {
            return false;
        }

        Current = _updates.Current;
        return true;
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return default;
    }

    private void Release()
    {
        _alsoCanceled.Unregister();
        BackgroundRelease.Run(_updates, _cancellation, _onReleaseFailed);
    }

    private async ValueTask ReadToFirstTokenAsync()
    {
        ChatResponseUpdate? previous = null;
        for (var seen = 1; await _updates.MoveNextAsync().ConfigureAwait(false); seen++)
        {
            var update = _updates.Current;
            if (FirstTokenDetector.Inspect(update) != FirstTokenSignal.Preamble)
            {
                _firstToken = update;
                return;
            }

            if (!_preamble.TryHold(update, previous))
            {
                throw UnusableResponseException.TooMuchBeforeFirstToken(endpoint: null);
            }

            previous = update;
            if (seen % UpdatesBetweenYields == 0)
            {
                await Task.Yield();
                _cancellation.Token.ThrowIfCancellationRequested();
            }
        }
    }
}
