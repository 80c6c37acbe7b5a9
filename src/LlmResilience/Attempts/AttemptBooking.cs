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
    private const int Streaming = 8;

    // The tokens of a stream's prompt, above the deeds: every stream has these bits to spare, and no byte more.
    private const int PromptShift = 4;
    private const int MostPromptTokens = int.MaxValue >> PromptShift;

    private readonly long _startedAt;
    private Admission _admission;
    private int _done;

    private AttemptBooking(Endpoint endpoint, in Admission admission, long startedAt, bool isStreaming)
    {
        Endpoint = endpoint;
        _admission = admission;
        _startedAt = startedAt;
        _done = isStreaming ? Streaming : 0;
    }

    public Endpoint Endpoint { get; }

    public readonly long StartedAt => _startedAt;

    private readonly bool IsStreaming => (_done & Streaming) != 0;

    private readonly int PromptTokens => _done >> PromptShift;

    public static AttemptBooking Begin(Endpoint endpoint, in Admission admission, long startedAt, bool isStreaming)
    {
        endpoint.Load.Begin();
        return new AttemptBooking(endpoint, admission, startedAt, isStreaming);
    }

    /// <summary>What the endpoint is asked is so long: its first token is allowed the longer for it. Before anything is booked.</summary>
    public void NotePrompt(int tokens) => _done |= Math.Min(tokens, MostPromptTokens) << PromptShift;

    /// <summary>A probe keeps its place until its attempt's own limit has cut it.</summary>
    public readonly void HoldProbe(long due) => Endpoint.HoldProbe(_admission, due);

    /// <summary>A whole response is there, and nobody else has a hand on its attempt: all deeds at once.</summary>
    public void Succeed(long now)
    {
        var isJudged = (_done & Judged) != 0;
        _done |= Judged | Ended;
        Endpoint.Load.End();
        RecordLatency(now);
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
        RecordLatency(now);
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
        RecordSlow(failure, now - _startedAt, now);
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
            // How long it was in coming has been told by its first token.
            RecordSlow(failure, 0, now);
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

    // Before the health is told, which may begin another generation: a probe's own time is none that the endpoint begins anew with.
    private readonly void RecordLatency(long now)
    {
        if (Endpoint.Load.Latency.IsRead && CountsForLatency)
        {
            Endpoint.Load.Latency.Add(IsStreaming, LatencyOf(now - _startedAt), Endpoint.Health.Generation, now);
        }
    }

    private readonly void RecordSlow(AttemptFailure failure, long elapsed, long now)
    {
        if (!Endpoint.Load.Latency.IsRead || !CountsForLatency || failure.TimerWasLate)
        {
            return;
        }

        if (failure.WasCutShort || failure.Kind == FailureKind.RequestTimeout)
        {
            Endpoint.Load.Latency.AddAtLeast(IsStreaming, LatencyOf(elapsed), Endpoint.Health.Generation, now);
        }
        else if (failure.Kind is FailureKind.RateLimited or FailureKind.Overloaded || Endpoint.Settings.RuleFor(failure.Kind).CountsAgainstHealth)
        {
            var milliseconds = EndpointLatency.ForFailure(LatencyOf(elapsed), failure.Failure.RetryAfter);
            Endpoint.Load.Latency.AddAtLeast(IsStreaming, milliseconds, Endpoint.Health.Generation, now);
        }
    }

    private readonly bool CountsForLatency => _admission.Role == AdmissionRole.Unchecked
        || (_admission.Role == AdmissionRole.Normal && _admission.Generation == Endpoint.Health.Generation);

    // A whole response's time is that of its output, whatever was asked.
    private readonly double LatencyOf(long ticks)
    {
        var milliseconds = (double)ticks / TimeSpan.TicksPerMillisecond;
        return IsStreaming ? EndpointLatency.ForShortPrompt(milliseconds, PromptTokens) : milliseconds;
    }

    private readonly void Tell(FailureKind? outcome) => Endpoint.Telemetry.AttemptEnded(outcome, _startedAt, Endpoint.Clock, Endpoint.Settings.ModelId);

    // Read first: what was done long ago, as nearly always, is not paid for twice.
    private bool IsFirst(int deed) => (Volatile.Read(ref _done) & deed) == 0 && (Interlocked.Or(ref _done, deed) & deed) == 0;
}
