using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Utilities;

namespace LlmResilience.AllUnavailable;

/// <summary>Where requests wait for the earliest return, first come, first served.</summary>
/// <remarks>
/// All requests of a client stand in one line, whichever of its endpoints they may use and whatever a reload has made of its chain. Each
/// that joins serves the line, from its first to itself, and so does the first in line whenever an endpoint changes or the earliest return
/// is due. So nobody is given what somebody before it could have had, and who waits for one endpoint holds up nobody who waits for another.
/// An endpoint that has just come back is not overrun by all who waited for it: <see cref="HasRoom"/>.
/// </remarks>
internal static class WaitingLine
{
    // What returns much later is looked at in between, so that no timer has to count for days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // So many at a time are no herd, whoever they come to.
    private const int Handful = 4;

    /// <summary>Waits in line.</summary>
    /// <param name="chain">The request's chain.</param>
    /// <param name="traits">The request.</param>
    /// <param name="latestReturn">When it is too late for an endpoint to return; <see cref="long.MaxValue"/> for never.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An endpoint, in the chain as it is by then; <see langword="null"/> if none can be back, or none was, in time.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public static async Task<Candidate?> WaitAsync(Chain chain, RequestTraits traits, long latestReturn, CancellationToken cancellationToken)
    {
        var now = chain.Clock.Now;
        var until = Math.Min(latestReturn, Ticks.Add(now, chain.Settings.MaxWait));
        using var tooLate = new CancellationTokenSource(
            until == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, until - now)), chain.Clock.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
        try
        {
            return await WaitUntilAsync(chain, traits, until, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<Candidate?> WaitUntilAsync(Chain chain, RequestTraits traits, long until, CancellationToken cancellationToken)
    {
        var line = chain.Context.Line;
        var request = new WaitingRequest(chain, traits);
        line.Join(request);
        try
        {
            while (true)
            {
                // Taken before looking: a change after the look completes it.
                var changed = chain.Context.Pool.Changed;
                var now = chain.Clock.Now;
                Serve(line, now);
                if (line.Take(request) is { } candidate)
                {
                    candidate.Endpoint.TellState(now);
                    return candidate;
                }

                if (ReturnFinder.NotBefore(request.Chain) is var notBefore && notBefore >= until && notBefore != long.MaxValue)
                {
                    return null;
                }

                if (line.IsFirst(request))
                {
                    await WaitAsync(changed, TimeSpan.FromTicks(EarliestOfAll(line, now) - now), chain.Clock.TimeProvider, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    // The first one takes note of whom it looks after.
                    chain.Context.Pool.SignalChange();
                    await request.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            line.Leave(request);
            if (TakeUnused(line, request) is { } unused)
            {
                unused.Endpoint.Health.Ignored(unused.Admission, chain.Clock.Now);
            }
        }
    }

    /// <summary>Gives to each in its turn what its chain has for it now.</summary>
    private static void Serve(RequestLine line, long now)
    {
        lock (line.Lock)
        {
            var inVain = new HashSet<Chain>();
            foreach (var request in line.Requests_NeedsLock.Where(static request => !request.IsServed))
            {
                try
                {
                    request.Chain = request.Chain.Latest;
                }
                catch (ObjectDisposedException exception)
                {
                    request.Fail(exception);
                    continue;
                }

                // Changes of state are told by who is served: whoever listens must not be called under the lock.
                var cursor = new CandidateCursor { IsQuiet = true };
                if (inVain.Contains(request.Chain))
                {
                    continue;
                }

                if (TryFind(line, request, ref cursor, now) is { } candidate)
                {
                    request.Give(candidate);
                }
                else
                {
                    inVain.Add(request.Chain);
                }
            }
        }
    }

    private static Candidate? TryFind(RequestLine line, WaitingRequest request, ref CandidateCursor cursor, long now)
    {
        while (cursor.TryNext(request.Chain, request.Traits, isFirst: true, now, out var endpoint, out var admission))
        {
            if (admission.Role != AdmissionRole.Normal || HasRoom(line, endpoint, now))
            {
                cursor.IsQuiet = false;
                return new Candidate(request.Chain, cursor, endpoint, admission);
            }
        }

        return null;
    }

    // While the endpoint ramps, so many are at it at a time as its ramp's share of all who want it: one goes first, then a few, then more.
    private static bool HasRoom(RequestLine line, Endpoint endpoint, long now)
    {
        var ratio = endpoint.Health.AdmittedRatio(now);
        if (ratio >= 1)
        {
            return true;
        }

        var coming = line.Requests_NeedsLock.Count(request => request.IsGiven(endpoint));
        var active = endpoint.Load.InFlight + coming;
        var waiting = line.Requests_NeedsLock.Count - coming;
        return active < Math.Max(Handful, Math.Ceiling(ratio * (active + waiting)));
    }

    private static Candidate? TakeUnused(RequestLine line, WaitingRequest request)
    {
        lock (line.Lock)
        {
            return request.IsFailed ? null : request.Take();
        }
    }

    private static long EarliestOfAll(RequestLine line, long now) => ChainsOf(line).Min(chain => ReturnFinder.Earliest(chain, now));

    private static Chain[] ChainsOf(RequestLine line)
    {
        lock (line.Lock)
        {
            return [.. line.Requests_NeedsLock.Select(static request => request.Chain).Distinct()];
        }
    }

    private static async Task WaitAsync(Task changed, TimeSpan untilReturn, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(Bound(untilReturn), timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The earliest return is due: look again.
        }
    }

    private static TimeSpan Bound(TimeSpan untilReturn)
    {
        if (untilReturn <= TimeSpan.Zero)
        {
            // Refused although its health allows it (it has as many as its ramp gives it, or its client does not let go of abandoned attempts):
            // asked again in a while, not at once.
            return MonotonicClock.TimerSlack;
        }

        return untilReturn < LongestWait ? untilReturn : LongestWait;
    }
}
