namespace LlmResilience.Health;

/// <summary>Notices that an endpoint fails too often: by the share of failures in a sliding window (Hystrix, Polly), or by failures in a row (Envoy).</summary>
/// <remarks>Everything is asked under the pool's lock, except for <see cref="RecordSuccess"/>: successes are the common case and take none.</remarks>
internal struct FailureDetector(EjectionSettings settings)
{
    private SlidingWindow _window = new(settings.Window, settings.Buckets);

    // Generation and failures in a row, in one word: a success of an older generation that comes late cannot end the new one's run.
    private long _run;

    public int ConsecutiveFailures => (int)Volatile.Read(ref _run);

    /// <summary>Counts a success and ends the run. Needs no lock.</summary>
    public void RecordSuccess(long now, uint generation)
    {
        // A reload may replace the window just now: the sample then goes where all the samples of the old window go.
        Volatile.Read(ref _window).Record(now, generation, failure: false);

        // Read first: while all is well the line stays shared among the cores.
        var run = Volatile.Read(ref _run);
        while ((int)run != 0 && (uint)(run >> 32) == generation)
        {
            var before = Interlocked.CompareExchange(ref _run, (long)generation << 32, run);
            if (before == run)
            {
                return;
            }

            run = before;
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>How many there are in a row with it. A success that ends the run an instant later does not undo what this number fires.</returns>
    public int RecordFailure(long now, uint generation)
    {
        _window.Record(now, generation, failure: true);
        return (int)Interlocked.Increment(ref _run);
    }

    /// <summary>What ejects the endpoint after a failure; <see langword="null"/> if nothing does.</summary>
    public readonly EjectionReason? Fires(int consecutiveFailures, long now, uint generation, EjectionSettings settings)
    {
        if (!settings.Enabled)
        {
            return null;
        }

        if (settings.ConsecutiveFailureThreshold > 0 && consecutiveFailures >= settings.ConsecutiveFailureThreshold)
        {
            return EjectionReason.ConsecutiveFailures;
        }

        if (settings.FailureRatio <= 0)
        {
            return null;
        }

        var (total, failures) = Sum(now, generation);
        return EjectionFormulas.Trips(total, failures, settings.MinimumThroughput, settings.FailureRatio) ? EjectionReason.FailureRatio : null;
    }

    public readonly (int Total, int Failures) Sum(long now, uint generation) => _window.Sum(now, generation);

    /// <summary>Ends the run; the window's samples are of an older generation from now on, and count no more.</summary>
    public void BeginGeneration(uint generation) => Interlocked.Exchange(ref _run, (long)generation << 32);

    /// <summary>A window of another length or grain starts empty.</summary>
    public void ReplaceWindow(EjectionSettings settings) => Volatile.Write(ref _window, new SlidingWindow(settings.Window, settings.Buckets));
}
