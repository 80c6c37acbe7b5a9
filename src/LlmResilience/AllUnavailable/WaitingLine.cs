namespace LlmResilience;

/// <content>What a request does when every endpoint is out before its first attempt.</content>
#pragma warning disable CA1001 // As in Request.cs: its tokens are released when the app is done with it. The first part of the class carries the warning.
internal abstract partial class ChainRequest
#pragma warning restore CA1001
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    // A task, whose awaiter is the smaller one: it is a field of every request that waits for anything.
    private async Task<(Endpoint Endpoint, Admission Admission)> FindWhenAllOutAsync(long now)
    {
        switch (Chain.WhenAllOut)
        {
            case WhenAllOut.Ignore:
                _candidates = new CandidateCursor { IgnoresEjection = true };
                return _candidates.TryNext(Chain, IsStreaming, isFirst: true, now, out var ignored, out var admission) ? (ignored, admission) : throw AllFailed(now);

            case WhenAllOut.Trickle:
                return FindTrickle(now) is { } soonest ? (soonest, default) : throw AllFailed(now);

            case WhenAllOut.Wait:
                return await WaitForReturnAsync().ConfigureAwait(false);

            default:
                throw AllFailed(now);
        }
    }

    /// <summary>The ejected endpoint that returns soonest, if no other request trickles. One that is being probed has its one request already.</summary>
    private Endpoint? FindTrickle(long now)
    {
        Endpoint? soonest = null;
        foreach (var endpoint in Chain.Endpoints)
        {
            if (endpoint.Load.Orphans < Endpoint.MaxOrphans && endpoint.Health.IsEjectedOnly(now)
                && (soonest is null || endpoint.Health.ReturnsAt(now) < soonest.Health.ReturnsAt(now)))
            {
                soonest = endpoint;
            }
        }

        return (_trickles = soonest is not null && Chain.TryBeginTrickle()) ? soonest : null;
    }

    private void EndTrickle()
    {
        if (_trickles)
        {
            _trickles = false;
            Chain.EndTrickle();
        }
    }

    /// <summary>Waits in line; the first in line wakes at the earliest return, or when an endpoint changes, and takes what it is given.</summary>
    private async Task<(Endpoint Endpoint, Admission Admission)> WaitForReturnAsync()
    {
        using var deadline = Deadline == long.MaxValue
            ? new CancellationTokenSource()
            : new CancellationTokenSource(TimeSpan.FromTicks(Math.Max(0, Deadline - Chain.Clock.Now)), Chain.Clock.TimeProvider);
        using var waiting = BeginWait(deadline.Token);
        var line = Chain.WaitingLine;
        var inLine = false;
        try
        {
            await line.WaitAsync(waiting.Token).ConfigureAwait(false);
            inLine = true;
            while (true)
            {
                // Taken before looking: a change after the look completes it.
                var changed = Chain.Pool.Changed;
                var now = Chain.Clock.Now;
                Chain = Chain.Latest;
                _candidates = default;
                if (_candidates.TryNext(Chain, IsStreaming, isFirst: true, now, out var endpoint, out var admission))
                {
                    return (endpoint, admission);
                }

                var earliest = Chain.Endpoints.Min(candidate => candidate.Health.ReturnsAt(now));
                if (earliest >= Deadline && earliest != long.MaxValue)
                {
                    throw AllFailed(now);
                }

                await WaitAsync(changed, TimeSpan.FromTicks(earliest - now), waiting.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            throw IsCancelled ? new OperationCanceledException(CancelledToken) : AllFailed(Chain.Clock.Now);
        }
        finally
        {
            if (inLine)
            {
                line.Release();
            }
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan longest, CancellationToken token)
    {
        // Refused although its health allows it (its client does not let go of abandoned attempts): asked again in a while, not at once.
        var bounded = longest <= TimeSpan.Zero ? TimerSlack
            : longest < LongestDelay ? longest
            : LongestDelay;
        try
        {
            await changed.WaitAsync(bounded, Chain.Clock.TimeProvider, token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The earliest return is due: look again.
        }
    }
}
