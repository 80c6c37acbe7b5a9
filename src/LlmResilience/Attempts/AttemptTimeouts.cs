using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Attempts;

/// <summary>The clock of one streaming attempt: what the wait is limited by, together with until when.</summary>
/// <remarks>
/// Set by whoever begins a wait, and moved by the timer while nobody else may look (<see cref="PendingMove"/>). A limit that falls
/// together with the request's deadline is the endpoint's: it had all the time that it is given. Every stream that waits holds these
/// fields, so the prompt's share is kept in milliseconds, which no timer counts finer than.
/// </remarks>
internal struct AttemptTimeouts
{
    // Usage comes with the finish reason or right behind it; a server that then only fails to close must not keep its reader waiting.
    private const long Rest = 5 * TimeSpan.TicksPerSecond;

    private readonly int _promptMilliseconds;
    private TimeoutReason _reason;
    private bool _isAtLastEndpoint;
    private long _due;

    // Kept with its due time: after a reload the settings no longer say what was waited for.
    private long _limit;

    public AttemptTimeouts(long extraForPrompt)
        => _promptMilliseconds = (int)Math.Min(int.MaxValue, extraForPrompt / TimeSpan.TicksPerMillisecond);

    /// <summary>When the wait is over; <see cref="long.MaxValue"/> for never.</summary>
    public readonly long Due => _due;

    public void WaitForFirstToken(StreamingAttempt attempt, IStreamOwner owner)
    {
        var settings = attempt.Endpoint.Settings;
        if (_isAtLastEndpoint)
        {
            Set(TimeoutReason.LastEndpoint, attempt.StartedAt, settings.FirstTokenAtLastEndpoint, owner.DeadlineBeforeCommit(attempt.StartedAt));
        }
        else
        {
            Set(TimeoutReason.FirstToken, attempt.StartedAt, FirstTokenLimit(settings), owner.DeadlineBeforeCommit(attempt.StartedAt));
        }
    }

    public void WaitForNextToken(StreamingAttempt attempt, IStreamOwner owner)
    {
        var endpoint = attempt.Endpoint;
        var deadline = attempt.IsCommitted ? owner.Deadline : owner.DeadlineBeforeCommit(attempt.StartedAt);
        Set(TimeoutReason.Silence, endpoint.Clock.Now, endpoint.Settings.BetweenTokens, deadline);
    }

    /// <summary>The answer is whole; what may still come is waited for this long in all, however often something comes.</summary>
    public void WaitForRest(StreamingAttempt attempt, IStreamOwner owner)
    {
        if (_reason != TimeoutReason.Rest)
        {
            var endpoint = attempt.Endpoint;
            var silence = endpoint.Settings.BetweenTokens;
            Set(TimeoutReason.Rest, endpoint.Clock.Now, silence == 0 ? Rest : Math.Min(Rest, silence), owner.Deadline);
        }
    }

    /// <summary>The wait is overdue.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="owner">The stream that it serves.</param>
    /// <param name="now">The clock.</param>
    /// <param name="isFirstTokenLate">The app waits on, but the limit of the first token was exceeded all the same.</param>
    /// <returns>What to end the wait with; <see langword="null"/> if the clock was set to a later time and the app waits on.</returns>
    public AttemptFailure? GoOff(StreamingAttempt attempt, IStreamOwner owner, long now, out bool isFirstTokenLate)
    {
        isFirstTokenLate = false;
        switch (_reason)
        {
            case TimeoutReason.Deadline:
                return DeadlineOver(attempt, owner, now);

            case TimeoutReason.Silence or TimeoutReason.Rest:
                return Silent(attempt, now);

            default:
                var due = _due;

                // Anew: a reload may have lengthened the limit.
                WaitForFirstToken(attempt, owner);
                if (now < _due)
                {
                    return null;
                }

                return _reason == TimeoutReason.Deadline
                    ? DeadlineOver(attempt, owner, now)
                    : FirstTokenOverdue(attempt, owner, now, due, out isFirstTokenLate);
        }
    }

    private AttemptFailure? DeadlineOver(StreamingAttempt attempt, IStreamOwner owner, long now)
    {
        if (attempt.IsCommitted || now >= owner.Deadline)
        {
            return AttemptFailure.RequestTimeout(owner.RequestTimeout, attempt.PartialText);
        }

        // The attempt's share of it. Anew: the candidates that the rest was kept for may be gone.
        attempt.SetTimeout(ref this);
        return now < _due
            ? null
            : AttemptFailure.CutShort(FailureKind.FirstTokenTimeout, FirstTokenTimeoutException.For(attempt.Endpoint.Name, TimeSpan.FromTicks(now - attempt.StartedAt)));
    }

    private AttemptFailure? FirstTokenOverdue(StreamingAttempt attempt, IStreamOwner owner, long now, long due, out bool isLate)
    {
        isLate = false;
        var settings = attempt.Endpoint.Settings;
        var limit = _limit;
        var wasLate = TimerLateness.IsFar(now, due, limit);
        if (!_isAtLastEndpoint && now < owner.Deadline && settings.IsLongerAtLastEndpoint(limit) && !owner.HasOtherCandidate(now))
        {
            // Cutting it would help nobody.
            _isAtLastEndpoint = true;
            WaitForFirstToken(attempt, owner);
            if (now < _due)
            {
                isLate = !wasLate;
                return null;
            }
        }

        var exception = FirstTokenTimeoutException.For(attempt.Endpoint.Name, TimeSpan.FromTicks(limit));
        return new AttemptFailure(new Failure(FailureKind.FirstTokenTimeout), exception) { TimerWasLate = wasLate };
    }

    private readonly AttemptFailure Silent(StreamingAttempt attempt, long now)
    {
        var name = attempt.Endpoint.Name;
        var timeout = TimeSpan.FromTicks(_limit);
        var failure = attempt.IsCommitted
            ? new AttemptFailure(new Failure(FailureKind.StreamStalled), StreamStalledException.For(name, timeout, attempt.PartialText))
            : new AttemptFailure(new Failure(FailureKind.FirstTokenTimeout), FirstTokenTimeoutException.AfterProgress(name, timeout));
        return failure with { TimerWasLate = TimerLateness.IsFar(now, _due, _limit) };
    }

    private readonly long FirstTokenLimit(EndpointSettings settings)
        => settings.FirstToken == 0 ? 0 : Ticks.Add(settings.FirstToken, _promptMilliseconds * TimeSpan.TicksPerMillisecond);

    private static long After(long instant, long limit) => limit == 0 ? long.MaxValue : Ticks.Add(instant, limit);

    private void Set(TimeoutReason reason, long from, long limit, long deadline)
    {
        var due = After(from, limit);
        _limit = limit;
        _reason = deadline < due ? TimeoutReason.Deadline : reason;
        _due = Math.Min(deadline, due);
    }
}
