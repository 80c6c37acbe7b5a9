using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <content>From one update to the next: the client's move, what it brought, and what the app is told.</content>
internal sealed partial class StreamAttempt
{
    private GuardedMove? _guard;
    private PartialText _text;
    private bool _sawFinishReason;
    private bool _sawError;

    /// <summary>Why the stream ended before its commit. Until then nothing is thrown on, since each level of it would cost microseconds.</summary>
    public Exception? Failure { get; private set; }

    public ValueTask<bool> MoveNextAsync() => TryMove(out var otherwise) ? new ValueTask<bool>(true) : otherwise;

    /// <summary>Moves on at once, as most moves do, or says how the move goes otherwise: later, to the end, or not at all.</summary>
    /// <remarks>A plain <see langword="bool"/> stays in a register; a task that is made here is written to memory and read again by each caller.</remarks>
    public bool TryMove(out ValueTask<bool> otherwise)
    {
        otherwise = default;
        try
        {
            var move = _updates!.MoveNextAsync();
            if (!move.IsCompleted)
            {
                otherwise = Guard(move);
                return false;
            }

#pragma warning disable VSTHRD002 // It has completed.
            var moved = Observe(move.GetAwaiter().GetResult());
#pragma warning restore VSTHRD002
            if (_committed)
            {
                _request.EndMove(moved);
            }

            return moved;
        }
#pragma warning disable CA1031 // Whatever the client throws is the waiter's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            exception = Translate(exception);
            if (_committed)
            {
                _request.EndMove(goesOn: false);
                otherwise = ValueTask.FromException<bool>(exception);
            }
            else
            {
                Failure = exception;
            }

            return false;
        }
    }

    /// <summary>A move that was awaited is over. Until the commit the moves are the request's own.</summary>
    public void EndAwaitedMove(bool goesOn)
    {
        if (_committed)
        {
            _request.EndAwaitedMove(goesOn);
        }
    }

    /// <summary>The same for a move that failed.</summary>
    /// <returns>What the app is told; nothing before the commit, when the move ends as if the stream did.</returns>
    public Exception? EndAwaitedMoveWith(Exception exception)
    {
        if (_committed)
        {
            _request.EndAwaitedMove(goesOn: false);
            return exception;
        }

        Failure = exception;
        return null;
    }

    public void TakeResult() => _request.TakeResult();

    /// <summary>Looks at what a move brought, on its way to the app.</summary>
    public bool Observe(bool moved)
    {
        if (moved)
        {
            var update = _request.Current = _updates!.Current ?? throw NullFromClient("update");
            if (_committed)
            {
                Track(update);
            }
        }
        else if (_committed)
        {
            if (!_sawFinishReason && (_sawError || _endpoint.RequiresFinishReason))
            {
                throw new StreamInterruptedException($"The stream of endpoint '{_endpoint.Name}' ended without a finish reason.", _text.ToString());
            }

            End(outcome: null);
        }

        return moved;
    }

    /// <summary>What the app is told: after the commit, that the stream broke, with what it has seen so far.</summary>
    public Exception Translate(Exception exception)
    {
        try
        {
            if (_request.IsCancelled)
            {
                End(FailureKind.Cancelled);
                return new OperationCanceledException(_request.CancelledToken);
            }

            return _committed ? Interrupted(exception) : exception;
        }
#pragma warning disable CA1031 // A logger or a listener of the app's that throws must not leave the app waiting.
        catch (Exception another)
#pragma warning restore CA1031
        {
            return another;
        }
    }

    private StreamInterruptedException Interrupted(Exception exception)
    {
        var interrupted = exception as StreamInterruptedException
            ?? new StreamInterruptedException($"The stream of endpoint '{_endpoint.Name}' broke after its first token.", _text.ToString(), exception);
        BookBreak(interrupted);
        return interrupted;
    }

    private ValueTask<bool> Guard(ValueTask<bool> move)
    {
        var guard = _guard ??= new GuardedMove(this, _endpoint.Clock);
        var task = guard.Begin(move, _committed || _progresses ? DueForNextToken() : DueForFirstToken());

        // A cancel or a dispose that came before the move was pending found nobody to tell.
        if (_request.IsCancelled)
        {
            guard.Abandon(new OperationCanceledException(_request.CancelledToken));
        }

        return task;
    }

    private void Track(ChatResponseUpdate update)
    {
        // Nearly every update is one piece of text, and asking it for the text of all its contents costs more than looking at that one.
        var text = update.Contents is List<AIContent> { Count: 1 } contents && contents[0] is TextContent only ? only.Text : update.Text;
        if (!string.IsNullOrEmpty(text))
        {
            _text.Append(text);
        }
        else if (FirstToken.Inspect(update) == FirstTokenSignal.Error)
        {
            _sawError = true;
        }

        if (update.FinishReason is not null)
        {
            _sawFinishReason = true;
            _endpoint.SawFinishReason();
        }
    }
}
