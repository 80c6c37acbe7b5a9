using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A streaming request, and the stream that the app enumerates.</summary>
/// <remarks>It is its own first enumerator, as a compiler-made one is; each further enumeration is a request of its own.</remarks>
internal sealed class StreamRequest : ChainRequest, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
{
    private const int NotStarted = 0;
    private const int HandingOut = 1;
    private const int Flowing = 2;
    private const int Moving = 3;
    private const int Over = 4;

    // The result of a move that was awaited is there but not taken yet; it would be lost if the next move began already.
    private const int FlowingOnceTaken = 5;
    private const int OverOnceTaken = 6;

    // What came before the first token, handed out in order with it, so that a dead attempt's ids never reach the app.
    private Queue<ChatResponseUpdate>? _held;
    private StreamAttempt? _attempt;
    private int _taken;

    // What the next move does. A move begins by swapping it for Moving, so that there is one at a time, and ends by writing what comes next.
    private int _stage;

    public StreamRequest(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
        : base(chain, messages, options, callToken)
    {
    }

    /// <summary>Of the app's enumeration, and until the commit of the request's own.</summary>
    public ChatResponseUpdate Current { get; set; } = null!;

    /// <summary>What the prompt's length adds to the first-token limits.</summary>
    public long ExtraForPrompt(EndpointSettings settings) => settings.ExtraForPrompt(Messages);

    protected override bool IsStreaming => true;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var request = Interlocked.Exchange(ref _taken, 1) == 0 ? this : new StreamRequest(Chain, Messages, Options, CallToken) { _taken = 1 };
        request.AlsoCancelledBy(cancellationToken);
        return request;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        if (Interlocked.CompareExchange(ref _stage, Moving, Flowing) != Flowing)
        {
            return MoveElsewhereAsync();
        }

        return _attempt!.TryMove(out var otherwise) ? new ValueTask<bool>(true) : otherwise;
    }

    /// <summary>A move is over, and the attempt goes on or not. If the app disposed the stream meanwhile, this is the moment to let go of it.</summary>
    public void EndMove(bool goesOn) => EndMoveBefore(goesOn ? Flowing : Over);

    /// <summary>The same for a move that was awaited: it is over when its result is taken.</summary>
    public void EndAwaitedMove(bool goesOn) => EndMoveBefore(goesOn ? FlowingOnceTaken : OverOnceTaken);

    /// <summary>The result of a move that was awaited has been taken. Nothing to do if it was one of the request's own, or the stream is disposed.</summary>
    public void TakeResult()
    {
        if (Interlocked.CompareExchange(ref _stage, Flowing, FlowingOnceTaken) != FlowingOnceTaken)
        {
            Interlocked.CompareExchange(ref _stage, Over, OverOnceTaken);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (TryGiveUp())
        {
            if (Volatile.Read(ref _stage) == Moving)
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

    protected override ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
        => MoveToFirstTokenAsync(_attempt = new StreamAttempt(this, endpoint, admission, startedAt), endpoint);

    protected override void OnEnd(bool committed)
    {
        if (committed && _held is not null)
        {
            HandOut();
        }
        else
        {
            EndMoveBefore(committed ? Flowing : Over);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptFailure?> MoveToFirstTokenAsync(StreamAttempt attempt, Endpoint endpoint)
    {
        Exception exception;
        try
        {
            attempt.Open(Messages, endpoint.OptionsFor(Options));
            while (await attempt.MoveNextAsync().ConfigureAwait(false))
            {
                switch (FirstToken.Inspect(Current, out var errorCode))
                {
                    case FirstTokenSignal.Commit:
                        Commit(attempt, endpoint);
                        return null;
                    case FirstTokenSignal.Error:
                        return Fail(attempt, endpoint, UnusableResponseException.Error(endpoint.Name, errorCode));
                    default:
                        attempt.NoteProgress();
                        (_held ??= new()).Enqueue(Current);
                        break;
                }
            }

            exception = attempt.Failure ?? UnusableResponseException.Empty(endpoint.Name);
        }
#pragma warning disable CA1031 // Every exception of the client is classified.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            exception = thrown;
        }

        return Fail(attempt, endpoint, exception);
    }

    private void Commit(StreamAttempt attempt, Endpoint endpoint)
    {
        attempt.Commit(Chain.Clock.Now);

        // With nothing held the first token goes out as it is, as every later one does.
        _held?.Enqueue(Current);
        (_held?.Peek() ?? Current).SetLlmEndpoint(AnswerOf(endpoint));
    }

    private AttemptFailure Fail(StreamAttempt attempt, Endpoint endpoint, Exception exception)
    {
        _held = null;
        var failure = ClassifyFailure(endpoint, exception);
        attempt.Fail(failure, exception, Chain.Clock.Now);
        return new AttemptFailure(failure, exception);
    }

    private ValueTask<bool> MoveElsewhereAsync()
    {
        while (true)
        {
            var stage = Volatile.Read(ref _stage);
            if (stage == Over || IsGivenUp)
            {
                return new ValueTask<bool>(false);
            }

            if (stage is Moving or FlowingOnceTaken or OverOnceTaken)
            {
                return ValueTask.FromException<bool>(new InvalidOperationException("The stream's next update is awaited already. One enumerator serves one consumer; enumerate the stream again for another."));
            }

            if (Interlocked.CompareExchange(ref _stage, Moving, stage) == stage)
            {
                return stage switch
                {
                    NotStarted => RunAsync(),
                    HandingOut => new ValueTask<bool>(HandOut()),
                    _ => _attempt!.MoveNextAsync(),
                };
            }
        }
    }

    private bool HandOut()
    {
        Current = _held!.Dequeue();
        EndMoveBefore(_held.Count > 0 ? HandingOut : Flowing);
        return true;
    }

    private void EndMoveBefore(int next)
    {
        Volatile.Write(ref _stage, next);
        if (IsGivenUp)
        {
            ReleaseUnlessMoving();
        }
    }

    private void ReleaseUnlessMoving()
    {
        int stage;
        do
        {
            stage = Volatile.Read(ref _stage);
            if (stage == Moving)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _stage, Over, stage) != stage);

        _attempt?.LetGo();
        ReleaseTokens();
    }
}
