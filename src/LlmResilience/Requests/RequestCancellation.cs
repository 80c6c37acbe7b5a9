using LlmResilience.Utilities;

namespace LlmResilience.Requests;

/// <summary>How an app ends a request: by the call's token, by the enumeration's, or by disposing its stream.</summary>
#pragma warning disable CA1001 // Release gives it back, when the app is done with its stream; a response has none.
internal struct RequestCancellation(CancellationToken call)
#pragma warning restore CA1001
{
    private JoinedTokens? _joined;

    // Of the delay between two attempts, while there is one.
    private CancellationTokenSource? _delay;
    private int _closed;

    /// <summary>The token that the call was given.</summary>
    public readonly CancellationToken CallToken => call;

    /// <summary>Canceled when the app cancels the call or the enumeration.</summary>
    public readonly CancellationToken Token => _joined is null ? call : _joined.Token;

    /// <summary>The app is done with the request, whether or not it has ended.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Nobody waits for an answer.</summary>
    public bool IsCanceled => Token.IsCancellationRequested || IsClosed;

    /// <summary>The token that the app knows and canceled; none if it disposed the stream.</summary>
    public readonly CancellationToken CanceledToken
    {
        get
        {
            if (_joined is not null)
            {
                return _joined.Canceled;
            }

            return call.IsCancellationRequested ? call : CancellationToken.None;
        }
    }

    public void AlsoBy(CancellationToken enumeration)
    {
        if (enumeration.CanBeCanceled && enumeration != call)
        {
            _joined = new JoinedTokens(call, enumeration);
        }
    }

    /// <summary>The app is done with the request.</summary>
    /// <returns>Whether it was not before.</returns>
    public bool TryClose() => Interlocked.Exchange(ref _closed, 1) == 0;

    /// <summary>Begins a delay that the app's cancel ends, or a dispose.</summary>
    public CancellationTokenSource BeginDelay()
    {
        var delay = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Interlocked.Exchange(ref _delay, delay);
        if (IsClosed)
        {
            // Closed before there was a delay to cancel.
            delay.Cancel();
        }

        return delay;
    }

    public void CancelDelay() => Volatile.Read(ref _delay)?.CancelQuietly();

    public readonly void Release() => _joined?.Dispose();

    /// <summary>Two tokens as one.</summary>
    private sealed class JoinedTokens(CancellationToken call, CancellationToken enumeration) : IDisposable
    {
        private readonly CancellationTokenSource? _either = call.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(call, enumeration) : null;

        public CancellationToken Token => _either is null ? enumeration : _either.Token;

        public CancellationToken Canceled
        {
            get
            {
                if (call.IsCancellationRequested)
                {
                    return call;
                }

                return enumeration.IsCancellationRequested ? enumeration : CancellationToken.None;
            }
        }

        public void Dispose() => _either?.Dispose();
    }
}
