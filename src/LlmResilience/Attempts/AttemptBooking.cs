using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Attempts;

/// <summary>What one attempt writes into the books of its endpoint, each deed once: load, health, telemetry.</summary>
/// <remarks>
/// The timer, the app's cancel and the attempt itself may come to the same deed at once; the first one does it. Counts come before
/// health, and what is told to others comes last, so that whoever is told finds the books as they are.
/// </remarks>
internal struct AttemptBooking
{
    private const int Judged = 1;
    private const int Ended = 2;
    private const int Released = 4;

    private readonly long _startedAt;
    private Admission _admission;
    private int _done;

    private AttemptBooking(Endpoint endpoint, in Admission admission, long startedAt)
    {
        Endpoint = endpoint;
        _admission = admission;
        _startedAt = startedAt;
    }

    public Endpoint Endpoint { get; }

    public readonly long StartedAt => _startedAt;

    public static AttemptBooking Begin(Endpoint endpoint, in Admission admission, long startedAt)
    {
        endpoint.Load.Begin();
        return new AttemptBooking(endpoint, admission, startedAt);
    }

    /// <summary>A probe keeps its place until its attempt's own limit has cut it.</summary>
    public readonly void HoldProbe(long due) => Endpoint.HoldProbe(_admission, due);

    /// <summary>A whole response is there, and nobody else has a hand on its attempt: all deeds at once.</summary>
    public void Succeed(long now)
    {
        var isJudged = (_done & Judged) != 0;
        _done = Judged | Ended;
        Endpoint.Load.End();
        if (!isJudged)
        {
            Endpoint.BookSuccess(ref _admission, now);
        }

        RecordFirstToken(now);
        Tell(outcome: null);
    }

    /// <summary>The first token is there: a success, unless its lateness has been booked as a failure already.</summary>
    public void FirstToken(long now)
    {
        if (IsFirst(Judged))
        {
            Endpoint.BookSuccess(ref _admission, now);
        }

        RecordFirstToken(now);
    }

    /// <summary>The first token's time is over, but the app waits on. The attempt itself goes on too.</summary>
    public void FirstTokenIsLate(long now)
    {
        if (IsFirst(Judged))
        {
            Endpoint.BookFailure(_admission, new Failure(FailureKind.FirstTokenTimeout), now);
        }
    }

    /// <summary>The response's time is over, but the app waits on. It counts unless the endpoint answered others meanwhile.</summary>
    public void ResponseIsLate(long now)
    {
        if (!Endpoint.Load.HadSuccessSince(_startedAt) && IsFirst(Judged))
        {
            Endpoint.BookFailure(_admission, new Failure(FailureKind.ResponseTimeout), now);
        }
    }

    /// <summary>The attempt failed before its first token or response.</summary>
    public void Fail(AttemptFailure failure, long now)
    {
        var ended = TryEnd();
        if (IsFirst(Judged))
        {
            Book(failure, now);
        }

        if (failure.WasCutShort || failure.Kind == FailureKind.RequestTimeout)
        {
            // It is no failure, but so long at least the first token would have taken.
            Endpoint.Load.RecordAtLeast(now - _startedAt);
        }

        if (ended)
        {
            Tell(failure.Kind);
        }
    }

    /// <summary>The stream broke after its first token: one more sample, beside that token's success.</summary>
    public void Break(AttemptFailure failure, long now)
    {
        if (TryEnd())
        {
            Book(failure, now);
            Tell(failure.Kind);
        }
    }

    /// <summary>The attempt ended well, or the app ended it.</summary>
    /// <returns>Whether it had not ended before.</returns>
    public bool End(FailureKind? outcome)
    {
        if (!TryEnd())
        {
            return false;
        }

        // A probe that was stopped before its first token gives its place back.
        if (IsFirst(Judged))
        {
            Endpoint.Health.Ignored(_admission, Endpoint.Clock.Now);
        }

        Tell(outcome);
        return true;
    }

    /// <summary>The client is to be let go of now.</summary>
    /// <returns>Whether it had not been before.</returns>
    public bool TryRelease() => IsFirst(Released);

    private bool TryEnd()
    {
        if (!IsFirst(Ended))
        {
            return false;
        }

        Endpoint.Load.End();
        return true;
    }

    private readonly void Book(AttemptFailure failure, long now)
    {
        if (failure.TimerWasLate || failure.WasCutShort || (failure.Kind == FailureKind.ResponseTimeout && Endpoint.Load.HadSuccessSince(_startedAt)))
        {
            // It says nothing about the endpoint. A long answer is no ill endpoint either, while others get theirs.
            Endpoint.Health.Ignored(_admission, now);
            return;
        }

        Endpoint.BookFailure(_admission, failure.Failure, now);
    }

    private readonly void RecordFirstToken(long now)
    {
        Endpoint.Load.RecordFirstToken(now - _startedAt, now);
        Endpoint.Telemetry.FirstToken(now - _startedAt, Endpoint.Settings.ModelId);
    }

    private readonly void Tell(FailureKind? outcome) => Endpoint.Telemetry.AttemptEnded(outcome, _startedAt, Endpoint.Clock, Endpoint.Settings.ModelId);

    // Read first: what was done long ago, as nearly always, is not paid for twice.
    private bool IsFirst(int deed) => (Volatile.Read(ref _done) & deed) == 0 && (Interlocked.Or(ref _done, deed) & deed) == 0;
}
