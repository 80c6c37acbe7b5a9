using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A streaming request, and the stream that the app enumerates.</summary>
/// <remarks>It is its own first enumerator, as a compiler-made one is; each further enumeration is a request of its own.</remarks>
internal sealed class StreamRequest : ChainRequest, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
{
    // What came before the first token, handed out in order with it, so that a dead attempt's ids never reach the app.
    private Queue<ChatResponseUpdate>? _held;
    private StreamAttempt? _attempt;
    private int _taken;

    // The held update that is being handed out; null once the attempt's own is the current one.
    private ChatResponseUpdate? _current;
    private bool _started;
    private bool _committed;
    private int _moving;

    public StreamRequest(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
        : base(chain, messages, options, callToken)
    {
    }

    public ChatResponseUpdate Current => _current ?? _attempt?.Current!;

    protected override bool IsStreaming => true;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var request = Interlocked.Exchange(ref _taken, 1) == 0 ? this : new StreamRequest(Chain, Messages, Options, CallToken) { _taken = 1 };
        request.AlsoCancelledBy(cancellationToken);
        return request;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        if (Interlocked.CompareExchange(ref _moving, 1, 0) != 0)
        {
            return IsGivenUp
                ? new ValueTask<bool>(false)
                : ValueTask.FromException<bool>(new InvalidOperationException("The stream's next update is awaited already. One enumerator serves one consumer; enumerate the stream again for another."));
        }

        if (IsGivenUp)
        {
            EndMove();
            return new ValueTask<bool>(false);
        }

        if (!_started)
        {
            return StartAsync();
        }

        if (_held is { Count: > 0 } held)
        {
            _current = held.Dequeue();
            EndMove();
            return new ValueTask<bool>(true);
        }

        _current = null;
        if (!_committed || _attempt!.HasEnded)
        {
            EndMove();
            return new ValueTask<bool>(false);
        }

        return _attempt.MoveNextAsync();
    }

    /// <summary>A move is over; if the app disposed the stream meanwhile, this is the moment to let go of it.</summary>
    public void EndMove()
    {
        Volatile.Write(ref _moving, 0);
        if (IsGivenUp)
        {
            ReleaseUnlessMoving();
        }
    }

    public ValueTask DisposeAsync()
    {
        if (TryGiveUp())
        {
            if (Volatile.Read(ref _moving) != 0)
            {
                // An update is awaited, or another thread is in the midst of a move: its end lets go. Either that sees that the stream is
                // given up, or this sees that the move is over; the fence spares every single move one.
                EndWait();
                _attempt?.Stop();
                Interlocked.MemoryBarrierProcessWide();
            }

            ReleaseUnlessMoving();
        }

        return default;
    }

    protected override async ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        var attempt = _attempt = new StreamAttempt(this, endpoint, admission, startedAt, endpoint.Settings.ExtraForPrompt(Messages));
        try
        {
            attempt.Open(Messages, endpoint.OptionsFor(Options));
            await MoveToFirstTokenAsync(attempt, endpoint).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Every exception of the client is classified.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _held = null;
            var failure = ClassifyFailure(endpoint, exception);
            attempt.Fail(failure, exception, Chain.Clock.Now);
            return new AttemptFailure(failure, exception);
        }
    }

    private async ValueTask<bool> StartAsync()
    {
        _started = true;
        try
        {
            await RunAsync().ConfigureAwait(false);
            _committed = true;
            _current = _held?.Dequeue();
            return true;
        }
        finally
        {
            EndMove();
        }
    }

    private void ReleaseUnlessMoving()
    {
        // Taken for good: no move comes after it.
        if (Interlocked.CompareExchange(ref _moving, 1, 0) == 0)
        {
            _attempt?.Dispose();
            ReleaseTokens();
        }
    }

    private async ValueTask MoveToFirstTokenAsync(StreamAttempt attempt, Endpoint endpoint)
    {
        while (await attempt.MoveNextAsync().ConfigureAwait(false))
        {
            switch (FirstToken.Inspect(attempt.Current, out var errorCode))
            {
                case FirstTokenSignal.Commit:
                    attempt.Commit(Chain.Clock.Now);

                    // With nothing held the first token goes out as it is, as every later one does.
                    _held?.Enqueue(attempt.Current);
                    (_held?.Peek() ?? attempt.Current).SetLlmEndpoint(AnswerOf(endpoint));
                    return;
                case FirstTokenSignal.Error:
                    throw UnusableResponseException.Error(endpoint.Name, errorCode);
                default:
                    attempt.NoteProgress();
                    (_held ??= new()).Enqueue(attempt.Current);
                    break;
            }
        }

        throw UnusableResponseException.Empty(endpoint.Name);
    }
}
