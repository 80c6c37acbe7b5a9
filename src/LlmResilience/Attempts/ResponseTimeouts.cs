using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Failures;
using LlmResilience.Utilities;

namespace LlmResilience.Attempts;

/// <summary>The clock of one attempt that does not stream: until when its response is waited for, and by what that is limited.</summary>
/// <remarks>
/// A limit that falls together with the request's deadline is the endpoint's: it had all the time that it is given. Due times are compared
/// and not the clock, since timers drop fractions of a millisecond and go off a little early.
/// </remarks>
internal struct ResponseTimeouts(in RemainingCandidates remaining, long deadline, TimeSpan requestTimeout)
{
    private readonly RemainingCandidates _remaining = remaining;
    private bool _isAtLastEndpoint;
    private bool _isByDeadline;
    private long _limit;

    /// <summary>When the wait is over; <see cref="long.MaxValue"/> for never.</summary>
    public long Due { get; private set; }

    /// <summary>Sets the wait by the settings as they are now.</summary>
    public void Set(Endpoint endpoint, long startedAt)
    {
        _limit = _isAtLastEndpoint ? endpoint.Settings.ResponseAtLastEndpoint : endpoint.Settings.Response;
        var due = _limit == 0 ? long.MaxValue : Ticks.Add(startedAt, _limit);
        var byDeadline = _remaining.DeadlineBeforeCommit(deadline, startedAt);
        _isByDeadline = byDeadline < due;
        Due = Math.Min(due, byDeadline);
    }

    /// <summary>The wait is overdue.</summary>
    /// <param name="endpoint">The endpoint that is asked.</param>
    /// <param name="startedAt">When the attempt began.</param>
    /// <param name="isLate">The app waits on, but the endpoint's limit was exceeded all the same.</param>
    /// <returns>What to end the wait with; <see langword="null"/> if the clock was set to a later time and the app waits on.</returns>
    public AttemptFailure? GoOff(Endpoint endpoint, long startedAt, out bool isLate)
    {
        isLate = false;
        var overdue = Due;
        var now = Math.Max(endpoint.Clock.Now, overdue);

        // Anew: a reload may have lengthened the limit, and the candidates that time was kept for may be gone.
        Set(endpoint, startedAt);
        if (now < Due)
        {
            return null;
        }

        if (_isByDeadline)
        {
            return now < deadline
                ? AttemptFailure.CutShort(FailureKind.ResponseTimeout, ResponseTimeoutException.For(endpoint.Name, TimeSpan.FromTicks(now - startedAt)))
                : AttemptFailure.RequestTimeout(requestTimeout, partialText: "");
        }

        var limit = _limit;
        var timerWasLate = TimerLateness.IsFar(now, overdue, limit);
        if (!_isAtLastEndpoint && endpoint.Settings.IsResponseLongerAtLastEndpoint && !_remaining.Any(now))
        {
            // Cutting it would help nobody.
            _isAtLastEndpoint = true;
            Set(endpoint, startedAt);
            if (now < Due)
            {
                isLate = !timerWasLate;
                return null;
            }
        }

        return new AttemptFailure(new Failure(FailureKind.ResponseTimeout), ResponseTimeoutException.For(endpoint.Name, TimeSpan.FromTicks(limit)))
        {
            TimerWasLate = timerWasLate,
        };
    }
}
