using LlmResilience.Attempts;
using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Telemetry;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>A streaming request, and the stream that the app enumerates.</summary>
/// <remarks>
/// It is its own first enumerator, as a compiler-made one is; each further enumeration is a request of its own. Three small machines make
/// a stream: the gate lets one move through at a time, the attempt makes it, and what does not complete at once is awaited apart.
/// <code>
/// phase       ConsumerGate                       StreamingAttempt            PendingMove                     the app
/// Start       Unopened, Idle                     none                        none                            nothing is asked yet
/// first move  Moving                             opening, one after another  Idle - Pending - Deciding       waits; failed attempts leave nothing behind
/// HandOut     Idle - Moving                      committed                   Idle                            gets the preamble, in order
/// Flow        Idle - Moving, or Untaken until    committed                   Idle - Pending - Deciding       gets one update a move
///             an awaited result is taken
/// Over        Idle                               ended                       Idle                            gets false for ever
/// disposed    Closed once no move is under way   ended; released, if need    Idle, Abandoned                 its DisposeAsync has returned
///                                                be when its move ends
/// </code>
/// The result of an awaited move is guarded until it is taken, so that a second consumer, which would be a mistake of the app's, is told
/// so instead of an update being lost. The first move's result is the exception: it is the request loop's own, and whoever calls in the
/// moment between its completion and its taking gets the second update while the first one is lost to the other. To guard it would cost
/// every stream that waits an object.
/// </remarks>
internal sealed class StreamingRequest : Request, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>, IStreamOwner
{
    private StreamingAttempt? _attempt;
    private ConsumerGate _gate;

    // Written only by who is through the gate.
    private NextMove _next;

    public StreamingRequest(in ChosenChain chosen, in RequestInput input, CancellationToken callToken)
        : base(chosen, chosen.Chain.AnswersAtOnce ? input : input.Taken(), callToken)
    {
    }

    private enum NextMove : byte
    {
        Start,
        HandOut,
        Flow,
        Over,
    }

    public ChatResponseUpdate Current => _attempt?.Current!;

    public CancellationToken AppToken => Cancellation.Token;

    public bool IsCanceled => Cancellation.IsCanceled;

    public CancellationToken CanceledToken => Cancellation.CanceledToken;

    protected override bool IsStreaming => true;

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var request = this;
        if (!_gate.TryOpen())
        {
            request = new StreamingRequest(Chosen, Input, Cancellation.CallToken);
            request._gate.TryOpen();
        }

        request.Cancellation.AlsoBy(cancellationToken);
        return request;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        if (!_gate.TryEnter())
        {
            return Refuse();
        }

        if (_next != NextMove.Flow)
        {
            return MoveElsewhere();
        }

        var outcome = _attempt!.TryMove(out var pending);
        if (outcome != MoveOutcome.Moved)
        {
            return outcome == MoveOutcome.Pending ? pending : EndFlow(outcome);
        }

        EndMove();
        return new ValueTask<bool>(true);
    }

    public ValueTask DisposeAsync()
    {
        if (Cancellation.TryClose())
        {
            if (_gate.IsMoving)
            {
                // An update is awaited, or another thread is in the midst of a move: its end closes the stream. Either that sees that the
                // app is done, or this sees that the move is over; the fence spares every single move one.
                Cancellation.CancelDelay();
                _attempt?.Abandon();
                Interlocked.MemoryBarrierProcessWide();
            }

            CloseUnlessMoving();
        }

        return default;
    }

    public long OnFirstWait(Endpoint endpoint)
    {
        if (!_attempt!.IsCommitted)
        {
            // The app is about to run again.
            endpoint.Habits.SawWait();
            TakeInput();
        }

        return endpoint.Settings.ExtraForPrompt(Input.Messages, Input.Options);
    }

    public void OnMoveCompleted(bool moved)
    {
        if (!moved)
        {
            _next = NextMove.Over;
            NoteEnd();
        }

        _gate.LeaveOnceTaken();
        CloseIfDone();
    }

    public Exception OnMoveFailed(AttemptFailure failure)
    {
        var exception = Explain(failure);
        OnMoveCompleted(moved: false);
        return exception;
    }

    public void OnResultTaken() => _gate.Take();

    protected override ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        _attempt = new StreamingAttempt(this, endpoint, admission, startedAt);
        return _attempt.OpenAsync(Input.Messages, endpoint.OptionsFor(Input.Options));
    }

    protected override void OnEnd(bool committed)
    {
        if (!committed)
        {
            EndStream();
            return;
        }

        if (!_attempt!.HasWaited)
        {
            _attempt.Endpoint.Habits.SawAnswerAtOnce();
        }

        _attempt.FirstUpdate.SetLlmEndpoint(AnswerOf(_attempt.Endpoint));
        _attempt.Endpoint.States.Note(_attempt.FirstUpdate, _attempt.Endpoint);
        if (_attempt.HasPreamble)
        {
            HandOut();
        }
        else
        {
            _next = NextMove.Flow;
            EndMove();
        }
    }

    private ValueTask<bool> Refuse()
    {
        if (Cancellation.IsClosed)
        {
            return new ValueTask<bool>(false);
        }

        return ValueTask.FromException<bool>(new InvalidOperationException(
            "The stream's next update is awaited already. One enumerator serves one consumer; enumerate the stream again for another."));
    }

    private ValueTask<bool> MoveElsewhere()
    {
        switch (_next)
        {
            case NextMove.Start:
                return RunAsync();
            case NextMove.HandOut:
                HandOut();
                return new ValueTask<bool>(true);
            default:
                EndMove();
                return new ValueTask<bool>(false);
        }
    }

    private ValueTask<bool> EndFlow(MoveOutcome outcome)
    {
        // Made before the gate opens: then the buffers that hold the text may be given back.
        var exception = outcome == MoveOutcome.Failed ? Explain(_attempt!.Failure!) : null;
        EndStream();
        return exception is null ? new ValueTask<bool>(false) : ValueTask.FromException<bool>(exception);
    }

    private void HandOut()
    {
        _next = _attempt!.HandOutPreamble() ? NextMove.HandOut : NextMove.Flow;
        EndMove();
    }

    private void EndStream()
    {
        _next = NextMove.Over;
        NoteEnd();
        EndMove();
    }

    // What broke it has been noted already.
    private void NoteEnd()
    {
        LeaveOnlyPlace();
        if (Outcome == RequestOutcome.Open && _attempt is { IsCommitted: true })
        {
            Outcome = RequestOutcome.Success;
        }
    }

    private void EndMove()
    {
        _gate.Leave();
        CloseIfDone();
    }

    private void CloseIfDone()
    {
        if (Cancellation.IsClosed)
        {
            CloseUnlessMoving();
        }
    }

    private void CloseUnlessMoving()
    {
        if (_gate.TryClose())
        {
            _attempt?.Close();
            Cancellation.Release();
            TellEnd();
        }
    }

    /// <summary>What the app is told about a stream that broke after its commit.</summary>
    private Exception Explain(AttemptFailure failure)
    {
        if (failure.Exception is LlmResilienceException exception)
        {
            exception.Attempts = Trail.With(_attempt!.Endpoint, failure, Chain.Clock.Now - _attempt.StartedAt);
        }

        if (failure.Kind == FailureKind.Canceled)
        {
            Outcome = Outcomes.Of(FailureKind.Canceled);
            return failure.Exception;
        }

        return Fail(Outcomes.Of(failure.Kind), failure.Exception);
    }
}
