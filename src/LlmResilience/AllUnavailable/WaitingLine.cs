using LlmResilience.Chains;
using LlmResilience.Utilities;

namespace LlmResilience.AllUnavailable;

/// <summary>Where requests wait for the earliest return, first come, first served.</summary>
/// <remarks>
/// The first in line wakes at the earliest return, or when an endpoint changes, and takes what it is given; the others wait behind it. All
/// chains of a client have one line, so that a reload neither splits it nor leaves somebody behind.
/// </remarks>
internal static class WaitingLine
{
    // What returns much later is looked at in between, so that no timer has to count for days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Waits in line.</summary>
    /// <returns>An endpoint, in the chain as it is by then; <see langword="null"/> if none can be back before the deadline.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<Candidate?> WaitAsync(Chain chain, bool isStreaming, long deadline, CancellationToken cancellationToken)
    {
        var line = chain.Context.Line;
        await line.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                // Taken before looking: a change after the look completes it.
                var changed = chain.NextChange();
                var now = chain.Clock.Now;
                chain = chain.Latest;
                var cursor = default(CandidateCursor);
                if (cursor.TryNext(chain, isStreaming, isFirst: true, now, out var endpoint, out var admission))
                {
                    return new Candidate(chain, cursor, endpoint, admission);
                }

                var earliest = ReturnFinder.Earliest(chain, now);
                if (earliest >= deadline && earliest != long.MaxValue)
                {
                    return null;
                }

                await WaitAsync(changed, TimeSpan.FromTicks(earliest - now), chain.Clock.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            line.Release();
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
            // Refused although its health allows it (its client does not let go of abandoned attempts): asked again in a while, not at once.
            return MonotonicClock.TimerSlack;
        }

        return untilReturn < LongestWait ? untilReturn : LongestWait;
    }
}
